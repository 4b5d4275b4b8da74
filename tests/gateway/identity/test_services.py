"""What a service sees of identity over real HTTP: keys and revocations, within seconds."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
import uvicorn

from gateway.identity import keys_store
from gateway.identity.cookies import IdentityCookies
from gateway.identity.demo import DEMO_PASSWORD, seed_demo
from gateway.identity.local_keys import LocalKeys
from gateway.settings import GatewaySettings
from kit.errors import NotAuthenticated
from kit.http import create_app
from kit.tokens import HttpKeys, TokenVerifier
from tests.gateway.identity.harness import SERVICE, Browser, House, add_pages


@pytest.fixture(scope="module")
async def served(
    fresh_database: Callable[[str], Any], departments: Any, tmp_path_factory: Any
) -> AsyncIterator[tuple[House, str]]:
    """Identity on a real port."""
    holder = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{holder.getsockname()[1]}"
    settings = GatewaySettings(
        database_url=fresh_database("gateway").app,
        public_url=url,
        departments_url=departments.url,
        environment="test",
    )
    app = create_app(SERVICE, settings, keys=LocalKeys())
    add_pages(app)
    config = uvicorn.Config(IdentityCookies(app), log_config=None, access_log=False)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[holder]))
    while not server.started:  # noqa: ASYNC110  uvicorn offers no event
        await asyncio.sleep(0.01)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YICHUANG_DATA", str(tmp_path_factory.mktemp("data")))
        await seed_demo(app.state)
    yield House(app), url
    server.should_exit = True
    await task


@pytest.fixture
async def verifier(served: tuple[House, str]) -> AsyncIterator[TokenVerifier]:
    """Exactly what a service process has."""
    url = served[1]
    keys = HttpKeys(f"{url}/.well-known/jwks.json", f"{url}/oauth2/revocations")
    await keys.start()
    yield TokenVerifier(keys, issuer=url)
    await keys.stop()


async def refuses(verifier: TokenVerifier, token: str, *, within_s: float) -> None:
    """Waits until the verifier refuses; TimeoutError when it still takes the token after `within_s`."""
    async with asyncio.timeout(within_s):
        with contextlib.suppress(NotAuthenticated):
            while await verifier.verify(token):  # noqa: ASYNC110  it learns of it by polling
                await asyncio.sleep(0.05)


async def test_signing_out_is_honoured_by_a_service_within_seconds(
    served: tuple[House, str], verifier: TokenVerifier
) -> None:
    async with httpx.AsyncClient(base_url=served[1], trust_env=False) as http:
        browser = Browser(http)
        token = (await browser.sign_in("00010000001", DEMO_PASSWORD)).json()["token"]
        claims = await verifier.verify(token)
        assert claims["roles"] == ["founder"]
        await browser.sign_out()
    await refuses(verifier, token, within_s=15)


async def test_a_forced_rotation_is_honoured_by_a_service(
    served: tuple[House, str], verifier: TokenVerifier
) -> None:
    house, url = served
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
        browser = Browser(http)
        await browser.sign_in("00010000002", DEMO_PASSWORD)
        await verifier.verify((await browser.me())["token"])
        async with house.app.state.database.transaction() as session:
            vault, now = house.identity.vault, house.identity.now()
            await keys_store.rotate(session, vault=vault, now=now, forced=True)
        await house.identity.refresh()
        await verifier.verify((await browser.me())["token"])  # no old token is kept for pages
        fresh = (await browser.sign_in("00010000003", DEMO_PASSWORD)).json()["token"]
        claims = await verifier.verify(fresh)  # a new kid: the service asks for the keys again
        assert claims["iss"] == url
