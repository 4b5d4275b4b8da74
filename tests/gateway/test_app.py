"""The gateway whole: edge, identity, catalogue and pages in one app, on a real database and socket."""

import asyncio
import re
import subprocess
import sys
import time

import httpx
import pytest
import uvicorn

from gateway.app import create_gateway
from gateway.edge.protocol import EdgeProtocol
from gateway.identity.demo import DEMO_PASSWORD, seed_demo
from gateway.identity.sessions import secret_hash
from gateway.identity.tokens import Subject
from gateway.settings import GatewaySettings
from tests.gateway.edge.conftest import free_port, start_process

ECHO = "/api/finance/v1/echo"


@pytest.fixture(scope="module")
def finance():
    process, port = start_process("upstream_app.py")
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="module")
async def gateway(fresh_database, finance, tmp_path_factory):
    """(client, app) of a running gateway behind which only finance is up."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YICHUANG_DATA", str(tmp_path_factory.mktemp("data")))
        port = free_port()
        settings = GatewaySettings(
            database_url=fresh_database("gateway").app,
            public_url=f"http://127.0.0.1:{port}",
            finance_url=finance,
            registration_url="http://127.0.0.1:9",
            carriers_url="http://127.0.0.1:9",
            rate_limits={"search": "2/day", "write": "2/day"},  # no minute turns meanwhile
            body_idle_seconds=0.3,
        )
        front, pages = create_gateway(settings)
        config = uvicorn.Config(
            front, port=port, http=EdgeProtocol, loop="uvloop", ws="none", log_config=None,
            access_log=False, server_header=False, proxy_headers=False, timeout_graceful_shutdown=1,
        )  # fmt: skip
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve())
        while not server.started:
            assert not task.done(), "the gateway did not start"
            await asyncio.sleep(0.01)
        async with httpx.AsyncClient(base_url=settings.public_url, timeout=15) as client:
            yield client, pages
        server.should_exit = True
        await task


@pytest.fixture
def client(gateway):
    return gateway[0]


@pytest.fixture
def token(gateway):
    """Mints a token of this gateway for a subject."""
    identity = gateway[1].state.identity

    def mint(sub: str, *roles: str) -> dict[str, str]:
        subject = Subject(
            sub=sub,
            client_id="window",
            roles=roles or ("founder",),
            org=None,
            regions=(),
            scope="window",
        )
        return {"Authorization": f"Bearer {identity.mint(subject)}"}

    return mint


async def test_a_services_path_goes_to_the_service_and_identitys_to_identity(client):
    assert (await client.get(ECHO)).json()["raw_path"] == ECHO
    keys = (await client.get("/.well-known/jwks.json")).json()["keys"]
    assert keys
    assert all(key["kty"] == "EC" and "d" not in key for key in keys)
    assert (await client.get("/api/window/v1/codes")).status_code == 200


async def test_a_service_that_is_down_does_not_take_the_others_with_it(client):
    assert (await client.get("/api/registration/v1/cases")).status_code == 503
    assert (await client.get(ECHO)).status_code == 200
    for _ in range(100):
        ready = await client.get("/health/ready")
        if "unknown" not in ready.json()["services"].values():
            break
        await asyncio.sleep(0.05)
    assert ready.status_code == 200
    assert ready.json() == {
        "status": "degraded",
        "service": "gateway",
        "gateway": "ok",
        "services": {"registration": "unavailable", "finance": "ok", "carriers": "unavailable"},
    }


async def test_a_reader_gets_a_page_and_a_program_a_problem(client):
    page = await client.get("/no-such-page", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    for path in ("/no-such-page", "/api/window/v1/nothing", "/api/nothing/v1"):
        problem = await client.get(path, headers={"Accept": "application/json"})
        assert problem.status_code == 404
        assert problem.json()["code"] == "not_found"
        assert problem.json()["request_id"] == problem.headers["x-request-id"]


async def test_one_request_id_runs_through_edge_and_pages(client):
    reply = await client.get("/api/window/v1/codes", headers={"X-Request-Id": "through-all-1"})
    assert reply.headers.get_list("x-request-id") == ["through-all-1"]
    assert len(reply.headers.get_list("traceparent")) == 1
    assert len(reply.headers.get_list("api-version")) == 1


async def test_a_page_carries_the_security_headers(client):
    headers = (await client.get("/", headers={"Accept": "text/html"})).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


async def test_the_quota_is_of_the_verified_subject(client, token):
    path = "/api/finance/v1/echo/search"
    ann, bob = token("ann"), token("bob")
    forged = {"Authorization": ann["Authorization"][:-6] + "AAAAAA"}
    assert [(await client.post(path, headers=ann)).status_code for _ in range(3)] == [200, 200, 429]
    assert (
        await client.post(path, headers=token("ann"))
    ).status_code == 429  # another token of hers
    assert (await client.post(path, headers=bob)).status_code == 200
    anonymous = [(await client.post(path)).status_code for _ in range(2)]
    assert anonymous == [200, 200]
    assert (await client.post(path, headers=forged)).status_code == 429  # counted with the address


@pytest.fixture(scope="module")
async def people(gateway):
    """The demo accounts exist."""
    await seed_demo(gateway[1].state)


async def signed_in(client: httpx.AsyncClient, username: str) -> httpx.AsyncClient:
    """A browser of this gateway, signed in on the page."""
    browser = httpx.AsyncClient(base_url=client.base_url, timeout=15)
    page = (await browser.get("/sign-in")).text
    fields = dict(re.findall(r'name="(csrf_token)" value="([^"]*)"', page))
    answers = {**fields, "username": username, "password": DEMO_PASSWORD}
    assert (await browser.post("/sign-in", data=answers)).status_code == 303
    return browser


async def test_people_of_one_address_do_not_use_up_each_others_quota(client, people):
    async def posts(browser, **more):
        return [(await browser.post("/no-such-page", **more)).status_code for _ in range(3)]

    allowed = [404, 404, 429]
    ann = await signed_in(client, "00010000001")
    assert await posts(ann) == allowed
    same_person = await signed_in(client, "00010000001")
    assert await posts(same_person) == [429] * 3
    bob = await signed_in(client, "00010000002")
    assert await posts(bob) == allowed
    assert await posts(client) == allowed  # whoever is not signed in, by address
    forged = {"Cookie": "yc_session=" + "A" * 43}
    assert await posts(client, headers=forged) == [429] * 3


async def test_who_signs_in_is_counted_by_address_but_in_a_browser_that_did_before(client, people):
    async def left(browser) -> int:
        page = (await browser.get("/sign-in")).headers["ratelimit"]
        assert page
        reply = await browser.post("/sign-in", data={})
        return int(re.search(r"r=(\d+)", reply.headers["ratelimit"])[1])

    strange = [httpx.AsyncClient(base_url=client.base_url) for _ in range(2)]
    forged = httpx.AsyncClient(base_url=client.base_url, cookies={"yc_device": "A" * 16 + "." * 2})
    counts = [await left(browser) for browser in (*strange, forged)]
    assert counts == [counts[0], counts[0] - 1, counts[0] - 2]
    ann, bob = await signed_in(client, "00010000001"), await signed_in(client, "00010000002")
    assert await left(ann) == await left(bob) > counts[0] - 2


async def test_the_page_says_when_to_try_again_and_so_does_its_head(client, people):
    browser = httpx.AsyncClient(base_url=client.base_url, timeout=15)
    page = (await browser.get("/sign-in")).text
    fields = dict(re.findall(r'name="(csrf_token)" value="([^"]*)"', page))
    answers = {**fields, "username": "00017777777", "password": "wrong password"}
    statuses = []
    for _ in range(6):
        reply = await browser.post("/sign-in", data=answers, headers={"Accept": "text/html"})
        statuses.append(reply.status_code)
    assert statuses == [303] * 5 + [429]
    assert 0 < int(reply.headers["retry-after"]) <= 30
    assert "尝试次数过多" in reply.text


async def test_a_person_keeps_the_quota_for_as_long_as_a_session_may_idle_and_no_longer(
    gateway, people, monkeypatch
):
    client, pages = gateway
    carl = await signed_in(client, "registration@example.invalid")
    shown = secret_hash(carl.cookies["yc_session"])
    identity, begun = pages.state.identity, time.monotonic()
    known = identity.seen_account(shown)
    assert known is not None
    for seconds, found in ((29 * 60, known), (31 * 60, None)):
        monkeypatch.setattr(time, "monotonic", lambda later=seconds: begun + later)
        assert identity.seen_account(shown) == found
    monkeypatch.undo()
    token = re.search(r'name="csrf_token" value="([^"]*)"', (await carl.get("/help")).text)[1]
    assert (await carl.post("/sign-out", data={"csrf_token": token})).status_code == 303
    assert identity.seen_account(shown) is None


async def test_a_service_that_refuses_a_living_session_is_a_page_and_no_circle(client, people):
    browser = await signed_in(client, "00010000001")
    reply = await browser.get("/loans", headers={"Accept": "text/html"})
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")
    assert reply.headers["content-type"].startswith("text/html")
    nobody = await client.get("/loans", headers={"Accept": "text/html"})
    assert (nobody.status_code, nobody.headers["location"]) == (303, "/sign-in?next=/loans")


async def test_a_body_over_the_limit_of_a_page_is_refused(client):
    reply = await client.post("/sign-in", content=b"a=" + b"x" * 2_000_000)
    assert reply.status_code in (413, 415)


async def test_a_body_that_does_not_come_is_given_up_on_pages_too(client):
    reader, writer = await asyncio.open_connection("127.0.0.1", client.base_url.port)
    kind = b"content-type: application/x-www-form-urlencoded\r\n"
    head = b"POST /sign-in HTTP/1.1\r\nhost: x\r\n" + kind + b"content-length: 50\r\n\r\nusername="
    writer.write(head)
    reply = await asyncio.wait_for(reader.read(), 10)
    assert reply.split(b" ", 2)[1] == b"408", reply
    writer.close()


def test_a_production_gateway_with_a_development_secret_says_so_and_ends():
    done = subprocess.run(
        [sys.executable, "-m", "gateway", "api"],
        env={"ENVIRONMENT": "production", "PATH": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("gateway refuses to start: production needs its own SECRET_KEY")


async def test_every_address_at_the_foot_of_a_page_is_there(client):
    page = (await client.get("/")).text
    foot = page[page.index("<footer") :]
    found = re.findall(r'href="(/[^"]*)"', foot)
    assert "/reference" in found
    for path in found:
        assert (path, (await client.get(path)).status_code) == (path, 200)
