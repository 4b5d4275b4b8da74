"""The sandbox's clock: moves forward only, brings what grows due, and does not exist outside."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kit.sandbox import read_offset
from services.finance.composition import SERVICE
from tests.fixtures.callers import running


@pytest.fixture(scope="module")
def database(fresh_database: Callable[[str], Any]) -> str:
    url: str = fresh_database("finance").app
    return url


async def test_moving_the_clock_runs_the_sweeps_and_is_kept_in_the_database(database: str) -> None:
    seen: list[str] = []

    async def sweep(state: Any) -> int:
        seen.append(state.clock.today().isoformat())
        return 3

    async with running(replace(SERVICE, sweeps=[sweep]), database, sandbox=True) as service:
        bank = service.caller("bank", org="qingyu-example-bank")
        before = (await bank.get("/sandbox/clock")).json()
        assert "business-date" not in (await bank.get("/sandbox/clock")).headers
        moved = (await bank.post("/sandbox/clock", json={"advance_days": 61})).json()
        told = await service.anonymous.get("/products")
        assert told.headers["business-date"] == moved["today"]
        assert moved["moved"] == 3
        assert moved["offset_seconds"] - before["offset_seconds"] == 61 * 86400
        assert seen == [moved["today"]]
        async with service.app.state.database.reader() as connection:
            assert await read_offset(connection) == timedelta(seconds=moved["offset_seconds"])
        back = await bank.post("/sandbox/clock", json={"today": before["today"]})
        assert (back.status_code, back.json()["code"]) == (422, "clock_moves_forward")
        both = {"today": before["today"], "advance_days": 1}
        assert (await bank.post("/sandbox/clock", json=both)).status_code == 422
        assert (await service.anonymous.get("/sandbox/clock")).status_code == 401
        founder = service.caller("founder")
        assert (await founder.post("/sandbox/clock", json=both)).status_code == 403


async def test_who_reads_the_clock_while_it_is_moved_does_not_set_it_back(database: str) -> None:
    async def slow(_: Any) -> int:
        await asyncio.sleep(0.05)
        return 0

    async with running(replace(SERVICE, sweeps=[slow]), database, sandbox=True) as service:
        bank = service.caller("bank", org="qingyu-example-bank")
        for _ in range(5):
            before = (await bank.get("/sandbox/clock")).json()["offset_seconds"]
            readers = [bank.get("/sandbox/clock") for _ in range(30)]
            moving = bank.post("/sandbox/clock", json={"advance_days": 1})
            moved, *_ = await asyncio.gather(moving, *readers)
            assert moved.json()["offset_seconds"] == before + 86400


async def test_a_second_process_follows_the_clock(database: str) -> None:
    async with running(SERVICE, database, sandbox=True) as one:
        bank = one.caller("bank", org="qingyu-example-bank")
        moved = (await bank.post("/sandbox/clock", json={"advance_days": 1})).json()
        async with running(SERVICE, database, sandbox=True) as other:
            read = (await other.caller("administrator").get("/sandbox/clock")).json()
            assert read["offset_seconds"] == moved["offset_seconds"]


async def test_outside_the_sandbox_there_is_no_clock_to_move(database: str) -> None:
    async with running(SERVICE, database) as service:
        bank = service.caller("bank", org="qingyu-example-bank")
        assert (await bank.get("/sandbox/clock")).status_code == 404
        refused = await bank.post("/sandbox/clock", json={"advance_days": 1})
        assert refused.status_code == 404
        assert service.app.state.clock.offset == timedelta(0)
