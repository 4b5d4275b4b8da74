"""Codes under many hands: never twice, whatever is rolled back, killed or asked again."""

import asyncio
import os
import random
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from kit.db import Database
from kit.regions.table import known_codes
from services.registration.codes import rules
from services.registration.codes.errors import CodeSegmentExhausted
from services.registration.codes.service import IssuedCode, allocate_code
from tests.fixtures.callers import Caller

STORED = "SELECT uscc FROM allocated_codes WHERE authority_code = $1"
TAKER = Path(__file__).parent / "taker.py"
CHECKOUT = Path(__file__).parents[4]
NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


class _Abandoned(Exception):
    """A transaction that its owner gave up."""


async def take(
    session: AsyncSession, authority: str, *, case_id: UUID | None = None, category: str = "1"
) -> IssuedCode:
    return await allocate_code(
        session,
        authority_code=authority,
        department="9",
        category=category,
        region_code="980101",
        case_id=case_id or uuid4(),
        issued_at=NOW,
    )


@pytest.fixture
async def database(urls: Any) -> Any:
    made = Database(urls.app, pool_size=20)
    yield made
    await made.close()


async def opened(administrator: Caller, authority: str, prefix: str, last: int) -> None:
    body = {
        "authority_code": authority,
        "prefix": prefix,
        "first_sequence": 0,
        "last_sequence": last,
    }
    reply = await administrator.post("/code-segments", json=body)
    assert reply.status_code == 201, reply.text


@pytest.mark.policy_part("A087")
async def test_an_issued_code_is_valid_and_asking_again_gives_the_same(
    database: Database, administrator: Caller
) -> None:
    await opened(administrator, "980101", "XY1", 999)
    case_id = uuid4()
    async with database.transaction() as session:
        first = await take(session, "980101", case_id=case_id)
        again = await take(session, "980101", case_id=case_id)
    async with database.transaction() as session:
        later = await take(session, "980101", case_id=case_id)
    assert [issued.is_new for issued in (first, again, later)] == [True, False, False]
    assert first.uscc == again.uscc == later.uscc
    assert rules.check_uscc(first.uscc, regions=known_codes()).valid
    assert first.org_code == first.uscc[8:17]


async def test_two_transactions_for_one_case_get_one_code(
    database: Database, administrator: Caller
) -> None:
    await opened(administrator, "980102", "XY2", 999)
    case_id = uuid4()

    async def once() -> str:
        async with database.transaction() as session:
            return (await take(session, "980102", case_id=case_id)).uscc

    assert len(set(await asyncio.gather(*(once() for _ in range(12))))) == 1


async def test_200_takers_on_20_connections_never_share_a_code(
    database: Database, administrator: Caller
) -> None:
    """A third commits, a third is rolled back, a third has its connection killed before commit."""
    await opened(administrator, "980181", "XY3", 5000)
    await opened(administrator, "980181", "XY4", 5000)
    committed: list[str] = []
    seen_by_dead: list[str] = []
    admin = await asyncpg.connect(database.url.render_as_string(False).replace("+asyncpg", ""))
    chance = random.Random(2260)

    connections = asyncio.Semaphore(20)  # nobody waits for the pool, which gives up after seconds

    async def one(fate: str) -> None:
        try:
            async with connections, database.transaction() as session:
                issued = await take(session, "980181")
                if fate == "rollback":
                    seen_by_dead.append(issued.uscc)
                    raise _Abandoned
                if fate == "kill":
                    seen_by_dead.append(issued.uscc)
                    pid = (await session.execute(text("SELECT pg_backend_pid()"))).scalar()
                    await admin_kill(pid)
                    await session.execute(text("SELECT 1"))
            committed.append(issued.uscc)
        except _Abandoned:
            pass
        except DBAPIError:
            assert fate == "kill"

    lock = asyncio.Lock()

    async def admin_kill(pid: int) -> None:
        async with lock:  # one statement at a time on this connection
            await admin.execute("SELECT pg_terminate_backend($1)", pid)

    fates = ["commit"] * 67 + ["rollback"] * 67 + ["kill"] * 66
    chance.shuffle(fates)
    await asyncio.gather(*(one(fate) for fate in fates))
    stored = {row["uscc"] for row in await admin.fetch(STORED, "980181")}
    await admin.close()
    assert len(committed) == fates.count("commit") == 67
    assert len(set(committed)) == len(committed)
    assert len({code[8:17] for code in committed}) == len(committed)
    assert stored == set(committed)
    assert len(seen_by_dead) == 133


async def test_a_crash_before_commit_leaves_neither_code_nor_lock(
    database: Database, urls: Any, administrator: Caller
) -> None:
    await opened(administrator, "980221", "XY5", 0)  # a single number
    case_id = uuid4()
    lost = Database(urls.app, pool_size=1)
    told: list[IssuedCode] = []

    async def take_and_die() -> None:
        async with lost.transaction() as session:
            told.append(await take(session, "980221", case_id=case_id))
            await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(DBAPIError):
        await take_and_die()
    await lost.close()
    async with database.transaction() as session:
        after = await asyncio.wait_for(take(session, "980221", case_id=case_id), 30)
    assert after.is_new
    assert after.uscc == told[0].uscc  # nobody was ever told of it: it was never given out


async def test_the_last_number_goes_to_one_of_two_racers(
    database: Database, administrator: Caller
) -> None:
    await opened(administrator, "980201", "XY6", 0)

    async def once() -> str | None:
        try:
            async with database.transaction() as session:
                issued = await take(session, "980201")
                await session.execute(text("SELECT pg_sleep(0.05)"))
                return issued.uscc
        except CodeSegmentExhausted:
            return None

    results = await asyncio.gather(*(once() for _ in range(8)))
    assert len([code for code in results if code]) == 1


async def test_when_a_segment_is_used_up_the_next_one_serves(
    database: Database, administrator: Caller
) -> None:
    await opened(administrator, "980200", "XY7", 1)
    await opened(administrator, "980200", "XY8", 1)
    bodies = []
    for _ in range(4):
        async with database.transaction() as session:
            bodies.append((await take(session, "980200")).org_code[:8])
    assert bodies == ["XY700000", "XY700001", "XY800000", "XY800001"]
    with pytest.raises(CodeSegmentExhausted):
        async with database.transaction() as session:
            await take(session, "980200")


async def test_a_number_that_came_with_an_old_record_is_stepped_over(
    database: Database, administrator: Caller, urls: Any
) -> None:
    await opened(administrator, "980100", "XY9", 9)
    held = rules.make_uscc(department="9", category="2", region_code="980102", body="XY900000")
    connection = await asyncpg.connect(urls.app)
    await connection.execute(
        "INSERT INTO allocated_codes (uscc, org_code, authority_code, issued_at)"
        " VALUES ($1, $2, '980100', $3)",
        held,
        held[8:17],
        NOW,
    )
    await connection.close()
    async with database.transaction() as session:
        issued = await take(session, "980100")
    assert issued.org_code[:8] == "XY900001"


async def test_a_code_once_given_cannot_be_changed_or_deleted(
    database: Database, administrator: Caller, urls: Any
) -> None:
    await opened(administrator, "980000", "XYW", 9)
    async with database.transaction() as session:
        issued = await take(session, "980000", category="3")
    assert issued.uscc.startswith("93980101")
    connection = await asyncpg.connect(urls.owner)  # even the owner of the tables
    try:
        for statement in (
            "UPDATE allocated_codes SET issued_at = now() WHERE uscc = $1",
            "DELETE FROM allocated_codes WHERE uscc = $1",
        ):
            with pytest.raises(asyncpg.RestrictViolationError):
                await connection.execute(statement, issued.uscc)
        with pytest.raises(asyncpg.PostgresError):
            await connection.execute("TRUNCATE allocated_codes")
    finally:
        await connection.close()


async def test_an_authority_without_segments_is_told_so(database: Database) -> None:
    with pytest.raises(CodeSegmentExhausted) as refused:
        async with database.transaction() as session:
            await take(session, "110000")
    assert refused.value.status == 503
    assert refused.value.headers["Retry-After"] == "600"


async def test_parts_that_the_standard_does_not_know_are_a_programming_error(
    database: Database, administrator: Caller
) -> None:
    await opened(administrator, "320000", "XYY", 9)
    with pytest.raises(ValueError, match="no category"):
        async with database.transaction() as session:
            await take(session, "320000", category="7")


async def test_kill_9_of_processes_that_take_codes_loses_and_doubles_nothing(
    urls: Any, administrator: Caller
) -> None:
    """Four processes, each killed after it has told of 25 codes, then four more."""
    await opened(administrator, "320100", "XYT", 20_000)
    told: list[str] = []

    async def run_and_kill() -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(TAKER),
            urls.app,
            "320100",
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        )
        assert process.stdout is not None
        for _ in range(25):
            told.append((await process.stdout.readline()).decode().strip())
        process.kill()
        told.extend((await process.stdout.read()).decode().split())
        assert await process.wait() == -signal.SIGKILL

    for _ in range(2):
        await asyncio.gather(*(run_and_kill() for _ in range(4)))
    connection = await asyncpg.connect(urls.app)
    stored = {row["uscc"] for row in await connection.fetch(STORED, "320100")}
    await connection.close()
    whole = [code for code in told if len(code) == 18]  # the last line may be cut by the kill
    assert len(whole) >= 200
    assert len(set(whole)) == len(whole)
    assert set(whole) <= stored
    assert len(stored) - len(whole) <= 8  # committed, killed before it could tell: one a process
