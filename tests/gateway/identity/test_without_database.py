"""PostgreSQL is away: identity starts, says 503 with Retry-After, and recovers by itself."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

from gateway.identity.demo import DEMO_PASSWORD, seed_demo
from tests.gateway.identity.harness import House, running_house
from tests.gateway.identity.machines import Machine


class Road:
    """A TCP road to PostgreSQL that can be closed and opened."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.place = socket.create_server(("127.0.0.1", 0))
        self.number = int(self.place.getsockname()[1])
        self.is_open = False
        self._writers: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        self.server = await asyncio.start_server(self._pass, sock=self.place)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.is_open:
            writer.close()
            return
        far_reader, far_writer = await asyncio.open_connection(self.host, self.port)
        self._writers |= {writer, far_writer}
        await asyncio.gather(self._copy(reader, far_writer), self._copy(far_reader, writer))

    async def _copy(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                target.write(data)
                await target.drain()
        target.close()

    def close(self) -> None:
        """Cut every connection, and refuse new ones."""
        self.is_open = False
        for writer in self._writers:
            writer.close()
        self._writers.clear()


@pytest.fixture
async def road_and_house(
    fresh_database: Callable[[str], Any],
    departments: Any,
    tmp_path: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[tuple[Road, House]]:
    monkeypatch.setenv("YICHUANG_DATA", str(tmp_path))
    parts = urlsplit(fresh_database("gateway").app)
    road = Road(str(parts.hostname), int(parts.port or 5432))
    await road.start()
    login = parts.netloc.rpartition("@")[0]
    url = urlunsplit(parts._replace(netloc=f"{login}@127.0.0.1:{road.number}"))
    async with running_house(url, departments.url) as house:
        yield road, house
    road.close()
    road.server.close()


async def until_ready(house: House) -> None:
    """One refresh that works: what the background loop does every second."""
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(Exception):
                await house.identity.refresh()
                return
            await asyncio.sleep(0.1)


async def test_everything_is_503_until_there_is_a_database_and_then_works(
    road_and_house: tuple[Road, House],
) -> None:
    road, house = road_and_house
    browser = house.browser()
    assert (await browser.http.get("/health/live")).status_code == 200
    for path in ("/.well-known/jwks.json", "/oauth2/revocations"):
        reply = await browser.http.get(path)
        assert (reply.status_code, bool(reply.headers["retry-after"])) == (503, True), path
    assert (await browser.sign_in("00010000001", DEMO_PASSWORD)).status_code == 503
    token = await browser.post("/oauth2/token", **Machine.new().form())
    assert token.status_code == 503

    road.is_open = True
    await until_ready(house)
    await seed_demo(house.app.state)
    assert (await browser.sign_in("00010000001", DEMO_PASSWORD)).status_code == 200
    assert len((await browser.http.get("/.well-known/jwks.json")).json()["keys"]) == 2


async def test_tokens_are_verified_and_the_list_is_served_while_the_database_is_away(
    road_and_house: tuple[Road, House],
) -> None:
    road, house = road_and_house
    road.is_open = True
    await until_ready(house)
    await seed_demo(house.app.state)
    browser, other = house.browser(), house.browser("127.0.0.2")
    token = (await browser.sign_in("00010000001", DEMO_PASSWORD)).json()["token"]
    gone = (await other.sign_in("00010000002", DEMO_PASSWORD)).json()["token"]
    await other.sign_out()
    road.close()

    async def me(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return (await browser.http.get("/api/window/v1/me", headers=headers)).status_code

    assert (await me(token), await me(gone)) == (200, 401)
    listed = (await browser.http.get("/oauth2/revocations")).json()["items"]
    assert house.decode(gone)["sid"] in [item["value"] for item in listed]
    reply = await browser.http.get("/test/me")  # the session itself needs the database
    assert (reply.status_code, bool(reply.headers["retry-after"])) == (503, True)

    road.is_open = True
    await until_ready(house)
    assert (await browser.me())["state"] == "active"
