"""A running house per module, a department simulator process, and people with accounts."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from itertools import count
from typing import Any

import httpx
import pytest

from deploy.local.processes import free_port
from gateway.identity import demo
from simulators.departments.process import SimulatorProcess
from tests.gateway.identity.harness import Browser, House, id_number, running_house
from tests.gateway.identity.machines import Machine

_PEOPLE = count(1)


@pytest.fixture(scope="session")
def departments(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorProcess]:
    """The real-name authority: another program."""
    process = SimulatorProcess(tmp_path_factory.mktemp("departments"), port=free_port())
    process.start()
    yield process
    process.kill()


@pytest.fixture(scope="module")
async def house(
    fresh_database: Callable[[str], Any],
    departments: SimulatorProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[House]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YICHUANG_DATA", str(tmp_path_factory.mktemp("data")))
        async with running_house(fresh_database("gateway").app, departments.url) as made:
            await demo.seed_demo(made.app.state)
            yield made


@pytest.fixture
async def browser(house: House) -> AsyncIterator[Browser]:
    number = next(_PEOPLE)
    found = house.browser(f"127.1.{number // 250}.{number % 250}")
    async with found.http:
        yield found


@pytest.fixture
def authority(departments: SimulatorProcess) -> Iterator[Callable[..., None]]:
    """Lays a behaviour over the real-name check until the test ends."""
    with httpx.Client(base_url=departments.url, trust_env=False) as client:

        def behave(**behaviour: Any) -> None:
            client.put("/admin/behaviour/real-name", json=behaviour).raise_for_status()

        yield behave
        client.delete("/admin/behaviour/real-name")


@pytest.fixture
def person() -> dict[str, str]:
    """Somebody new whose name the authority confirms."""
    number = next(_PEOPLE)
    born = f"19{60 + number // 300:02d}0102"
    return {
        "username": f"0002{number:07d}",
        "name": "欧阳云帆",
        "id_number": id_number(sequence=number % 300 + 300, born=born),
    }


@pytest.fixture
async def founder(browser: Browser, person: dict[str, str]) -> Browser:
    """A browser in which a new founder is signed in."""
    reply = await browser.sign_up(**person)
    assert reply.status_code == 200, reply.text
    return browser


@pytest.fixture(scope="module")
async def administrator(house: House) -> AsyncIterator[Callable[..., Awaitable[httpx.Response]]]:
    """Calls as the demo administrator: `await administrator("POST", "/accounts", json=…)`."""
    found = house.browser("127.0.0.9")
    async with found.http:
        signed = await found.sign_in("administrator@example.invalid", demo.DEMO_PASSWORD)
        token = signed.json()["token"]

        async def call(method: str, path: str, **more: Any) -> httpx.Response:
            headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
            if method == "POST":
                headers.setdefault("Idempotency-Key", f"k-{next(_PEOPLE)}-{path}"[:200])
            return await found.http.request(
                method, f"/api/window/v1{path}", headers=headers, **more
            )

        yield call


@pytest.fixture(scope="module")
async def machine(administrator: Callable[..., Awaitable[httpx.Response]]) -> Machine:
    """A registered bank program with an ES256 key."""
    return await registered(administrator, Machine.new())


async def registered(
    administrator: Callable[..., Awaitable[httpx.Response]], found: Machine
) -> Machine:
    """Register a machine's public key as the administrator."""
    body = {
        "client_id": found.client_id,
        "name_zh": "示例银行",
        "name_en": "Example bank",
        "kind": "machine",
        "scopes": ["bank", "events"],
        "roles": ["bank"],
        "org": "qingyu-example-bank",
        "regions": ["980100"],
        "jwks": [{**found.public_jwk, "alg": found.alg}],
    }
    reply = await administrator("POST", "/oauth-clients", json=body)
    assert reply.status_code == 201, reply.text
    return found
