"""One's own account as pages: sign up, see the notice, change the password, stop an app, leave."""

import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from gateway.app import create_pages
from gateway.identity.cookies import IdentityCookies
from gateway.identity.demo import seed_demo
from gateway.settings import GatewaySettings
from tests.gateway.identity.harness import ISSUER, PASSWORD, Browser, answer_of


@pytest.fixture(scope="module")
async def pages(
    fresh_database: Callable[[str], Any], departments: Any, tmp_path_factory: Any
) -> AsyncIterator[IdentityCookies]:
    settings = GatewaySettings(
        database_url=fresh_database("gateway").app,
        public_url=ISSUER,
        departments_url=departments.url,
        environment="test",
    )
    app = create_pages(settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YICHUANG_DATA", str(tmp_path_factory.mktemp("data")))
        async with app.router.lifespan_context(app):
            await seed_demo(app.state)
            yield IdentityCookies(app)


class Reader(Browser):
    """A person with a browser and no JavaScript."""

    async def open(self, path: str, **headers: str) -> str:
        reply = await self.http.get(path, headers=headers)
        assert reply.status_code == 200, reply.text
        return reply.text

    async def send(self, page: str, path: str, **values: str) -> httpx.Response:
        """Fill in the form on `page` that posts to `path`."""
        form = re.search(rf'<form[^>]*action="{re.escape(path)}".*?</form>', page, re.S)
        assert form is not None, f"no form for {path}"
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))
        return await self.http.post(path, data={**hidden, **values})


@pytest.fixture
async def reader(pages: IdentityCookies, person: dict[str, str]) -> AsyncIterator[Reader]:
    """Somebody who has just signed up on the page."""
    transport = httpx.ASGITransport(app=pages, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER, timeout=60) as http:
        found = Reader(http)
        page = await found.open("/account/new")
        reply = await found.send(page, "/account/new", password=PASSWORD, **person)
        assert reply.headers["location"].startswith("/account/ready")
        yield found


def other_reader(pages: IdentityCookies) -> Reader:
    transport = httpx.ASGITransport(app=pages, raise_app_exceptions=False)
    return Reader(httpx.AsyncClient(transport=transport, base_url=ISSUER, timeout=60))


async def test_the_page_is_for_who_is_signed_in(pages: IdentityCookies) -> None:
    reply = await other_reader(pages).http.get("/account")
    assert reply.status_code == 303
    assert reply.headers["location"] == "/sign-in?next=/account"


async def test_failed_attempts_are_told_in_both_languages(
    pages: IdentityCookies, reader: Reader, person: dict[str, str]
) -> None:
    stranger = other_reader(pages)
    form = await stranger.open("/sign-in")
    for _ in range(3):
        refused = await stranger.send(
            form, "/sign-in", username=person["username"], password="wrong password"
        )
        assert "again=" in refused.headers["location"]
    await stranger.send(form, "/sign-in", username=person["username"], password=PASSWORD)
    chinese = await stranger.open("/account")
    english = await stranger.open("/account", **{"Accept-Language": "en"})
    assert "有 3 次密码错误的登录尝试" in chinese
    assert "tried 3 time(s) with a wrong password" in english
    assert person["username"] not in chinese


async def test_a_password_is_changed_and_the_other_device_is_out(
    pages: IdentityCookies, reader: Reader, person: dict[str, str]
) -> None:
    other = other_reader(pages)
    form = await other.open("/sign-in")
    await other.send(form, "/sign-in", username=person["username"], password=PASSWORD)
    page = await reader.open("/account")
    wrong = await reader.send(page, "/account/password", present="no no no no", new="x" * 12)
    weak = await reader.send(page, "/account/password", present=PASSWORD, new="1234567890")
    assert (wrong.status_code, weak.status_code) == (303, 303)
    assert "当前密码不正确" in (await reader.http.get(wrong.headers["location"])).text
    assert 'href="#new"' in (await reader.http.get(weak.headers["location"])).text
    done = await reader.send(
        page, "/account/password", present=PASSWORD, new="a password of my own"
    )
    assert (done.status_code, done.headers["location"]) == (303, "/account?done=password")
    assert "密码已修改" in await reader.open("/account?done=password")
    assert (await other.http.get("/account")).status_code == 303


async def test_an_app_is_listed_and_stopped(reader: Reader) -> None:
    tokens = (await reader.redeem(await reader.code())).json()
    page = await reader.open("/account")
    assert "演示应用" in page
    reply = await reader.send(page, "/account/apps/demo-app/stop")
    assert reply.status_code == 303
    assert (await reader.refresh(tokens["refresh_token"])).status_code == 400
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert (await reader.http.get("/api/window/v1/me", headers=headers)).status_code == 401
    assert "没有应用以您的名义办理" in await reader.open("/account")
    assert (await reader.authorize()).status_code == 200  # consent is asked again


async def test_leaving_everywhere_takes_a_form_of_ours(
    pages: IdentityCookies, reader: Reader, person: dict[str, str]
) -> None:
    other = other_reader(pages)
    form = await other.open("/sign-in")
    await other.send(form, "/sign-in", username=person["username"], password=PASSWORD)
    forged = await reader.http.post("/account/sign-out-everywhere", data={"csrf_token": "x"})
    assert forged.status_code == 403
    page = await reader.open("/account")
    await reader.send(page, "/account/sign-out-everywhere")
    for device in (reader, other):
        assert (await device.http.get("/account")).status_code == 303


async def test_signing_in_leads_back_to_the_app_that_asked(
    pages: IdentityCookies, reader: Reader, person: dict[str, str]
) -> None:
    browser = other_reader(pages)
    sent = await browser.authorize()
    form = await browser.open(sent.headers["location"])
    form = form.replace("&amp;", "&")
    reply = await browser.send(form, "/sign-in", username=person["username"], password=PASSWORD)
    consent = await browser.http.get(reply.headers["location"])
    assert answer_of(await browser.allow(consent))["code"]
