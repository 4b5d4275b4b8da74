"""Batches of repayments: one bad row spoils only itself, and no death of a worker doubles or loses a row."""

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from kit.clock import Clock
from kit.jobs import JobContext
from services.finance.bank.batches import service as batches
from services.finance.bank.batches.service import work_chunk
from tests.services.finance.bank.conftest import Banks, good, reference
from tests.services.finance.borrowing import SONGLING


def row(loan: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A repayment of one yuan of the coming instalment."""
    body = {
        "loan_id": loan["id"],
        "bank_reference": reference("HK"),
        "amount_fen": 100,
        "value_on": loan["starts_on"],
    }
    return body | changes


class Behind:
    """The worker's state: all of the app's, but for a clock that has not heard of the move yet."""

    def __init__(self, state: Any, clock: Clock) -> None:
        self._state, self.clock = state, clock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._state, name)


def context(banks: Banks) -> JobContext:
    state = banks.service.app.state
    return JobContext(state.database, state)


async def work(banks: Banks, operation: dict[str, Any]) -> dict[str, Any]:
    """What the worker does: chunk after chunk until the operation is completed."""
    for _ in range(200):
        await work_chunk(context(banks), uuid.UUID(operation["id"]))
        found = good(await banks.qingyu.get(f"/operations/{operation['id']}"))
        if found["state"] == "completed":
            return found
    raise AssertionError("the operation does not end")


async def start(banks: Banks, rows: list[Any], **more: Any) -> dict[str, Any]:
    reply = await banks.qingyu.post("/repayment-batches", json={"rows": rows}, **more)
    operation = good(reply, 202)
    assert reply.headers["location"] == operation["href"]
    return operation


async def results(banks: Banks, operation: dict[str, Any]) -> list[dict[str, Any]]:
    path = f"/operations/{operation['id']}"
    found = good(await banks.qingyu.get(path, params={"expand": "rows"}))["rows"]
    return list(found)


async def repaid(banks: Banks, loan: dict[str, Any]) -> int:
    """What the loan says came back, principal and interest, in fen."""
    found = good(await banks.qingyu.get(f"/loans/{loan['id']}"))
    return int(found["principal_repaid_fen"] + found["interest_repaid_fen"])


async def test_every_good_row_is_booked_and_says_how_the_loan_stands(banks: Banks) -> None:
    loan = await banks.loan()
    operation = await start(banks, [row(loan), row(loan)])
    assert (operation["state"], operation["total"], operation["pending"]) == ("accepted", 2, 2)
    done = await work(banks, operation)
    assert (done["succeeded"], done["failed"], done["pending"]) == (2, 0, 0)
    booked = await results(banks, operation)
    assert [each["state"] for each in booked] == ["succeeded", "succeeded"]
    assert {each["result"]["loan_id"] for each in booked} == {loan["id"]}
    assert await repaid(banks, loan) == 200


async def test_a_batch_counts_by_the_day_on_which_it_was_taken_whatever_the_workers_clock_says(
    banks: Banks,
) -> None:
    loan = await banks.loan()
    api, worker = banks.service.app.state.clock, Clock()
    before = api.offset
    api.offset = before + timedelta(days=3)
    worker.offset = before
    day = api.today().isoformat()
    try:
        operation = await start(banks, [row(loan, value_on=day), row(loan, value_on=day)])
        state = banks.service.app.state
        behind = JobContext(state.database, Behind(state, worker))
        await work_chunk(behind, uuid.UUID(operation["id"]))
        tomorrow = (api.today() + timedelta(days=1)).isoformat()
        late = await start(banks, [row(loan, value_on=tomorrow)])
        worker.offset = api.offset + timedelta(days=5)  # the night passes before it is worked
        await work_chunk(behind, uuid.UUID(late["id"]))
    finally:
        api.offset = before
    done = good(await banks.qingyu.get(f"/operations/{operation['id']}"))
    assert (done["succeeded"], done["failed"]) == (2, 0)
    assert done["completed_at"] >= done["created_at"]
    [refused] = await results(banks, late)
    assert refused["problem"]["errors"][0]["code"] == "in_the_future"


async def test_one_bad_row_spoils_only_itself(banks: Banks) -> None:
    loan = await banks.loan()
    theirs = await banks.application(SONGLING)
    used = row(loan)
    bad = [
        row(loan, amount_fen=-5),
        row(loan, loan_id="not-an-id"),
        row(loan, surplus=1),
        "no object at all",
        row(loan, loan_id=str(uuid.uuid4())),
        row(loan, loan_id=theirs["id"]),
        row(loan, amount_fen=10**14),
        row(loan, value_on="2099-01-01"),
        row(loan, bank_reference=used["bank_reference"]),
    ]
    operation = await start(banks, [used, *bad, row(loan)])
    assert operation["failed"] == 4  # those that break the schema are known at once
    await work(banks, operation)
    found = await results(banks, operation)
    assert [each["problem"]["code"] if each["problem"] else "" for each in found] == [
        "", "invalid_request", "invalid_request", "invalid_request", "invalid_request",
        "not_found", "not_found", "overpayment", "value_date_refused", "bank_reference_used", "",
    ]  # fmt: skip
    assert found[1]["problem"]["errors"][0]["pointer"] == "/amount_fen"
    assert found[9]["problem"]["existing"]["href"].endswith(loan["id"])
    assert await repaid(banks, loan) == 200


async def test_the_same_batch_sent_again_is_the_same_operation(banks: Banks) -> None:
    loan = await banks.loan()
    rows = [row(loan)]
    first = await start(banks, rows, key="batch-1")
    again = await start(banks, rows, key="batch-1")
    assert first["id"] == again["id"]
    await work(banks, first)
    other = await start(banks, rows, key="batch-2")
    done = await work(banks, other)
    assert (done["succeeded"], done["failed"]) == (0, 1)
    assert await repaid(banks, loan) == 100


async def test_several_workers_at_once_book_each_row_once(banks: Banks) -> None:
    loan = await banks.loan()
    operation = await start(banks, [row(loan) for _ in range(30)])
    here = context(banks)
    await asyncio.gather(*(work_chunk(here, uuid.UUID(operation["id"])) for _ in range(4)))
    done = await work(banks, operation)
    assert (done["succeeded"], done["failed"]) == (30, 0)
    assert await repaid(banks, loan) == 3_000


class WorkerDied(BaseException):
    """What a power cut is to a running coroutine."""


async def test_a_worker_that_dies_anywhere_loses_and_doubles_nothing(
    banks: Banks, monkeypatch: pytest.MonkeyPatch
) -> None:
    loan = await banks.loan()
    operation = await start(banks, [row(loan) for _ in range(12)])
    booked, finish = batches.book, batches.store.finish_row
    deaths = Counter[str]()

    async def dies_after_booking(*args: Any, **more: Any) -> dict[str, Any]:
        result = await booked(*args, **more)
        deaths["booked"] += 1
        if deaths["booked"] % 3 == 0:
            raise WorkerDied
        return result

    async def dies_before_commit(*args: Any) -> None:
        await finish(*args)
        deaths["finished"] += 1
        if deaths["finished"] % 4 == 0:
            raise WorkerDied

    monkeypatch.setattr(batches, "book", dies_after_booking)
    monkeypatch.setattr(batches.store, "finish_row", dies_before_commit)
    for _ in range(40):
        try:
            await work_chunk(context(banks), uuid.UUID(operation["id"]))
            break
        except WorkerDied:
            deaths["died"] += 1
    monkeypatch.undo()
    done = await work(banks, operation)
    assert deaths["died"] >= 4
    assert (done["succeeded"], done["failed"]) == (12, 0)
    assert await repaid(banks, loan) == 1_200


async def test_a_database_that_goes_away_fails_no_row(
    banks: Banks, monkeypatch: pytest.MonkeyPatch
) -> None:
    loan = await banks.loan()
    operation = await start(banks, [row(loan)])

    async def away(*_: Any, **__: Any) -> dict[str, Any]:
        raise ConnectionResetError

    monkeypatch.setattr(batches, "book", away)
    with pytest.raises(ConnectionResetError):
        await work_chunk(context(banks), uuid.UUID(operation["id"]))
    monkeypatch.undo()
    done = await work(banks, operation)
    assert (done["succeeded"], done["failed"]) == (1, 0)


async def test_a_fault_of_ours_fails_its_row_and_lets_the_others_through(
    banks: Banks, monkeypatch: pytest.MonkeyPatch
) -> None:
    loan = await banks.loan()
    cursed, blessed = row(loan), row(loan)
    operation = await start(banks, [cursed, blessed])
    booked = batches.book

    async def faulty(
        session: Any, state: Any, actor: Any, request: Any, **more: Any
    ) -> dict[str, Any]:
        if request.bank_reference == cursed["bank_reference"]:
            raise ZeroDivisionError
        return await booked(session, state, actor, request, **more)

    monkeypatch.setattr(batches, "book", faulty)
    await work(banks, operation)
    found = await results(banks, operation)
    assert [each["state"] for each in found] == ["failed", "succeeded"]
    assert found[0]["problem"]["code"] == "internal_error"


async def test_rows_are_paged_and_filtered_by_state(banks: Banks) -> None:
    loan = await banks.loan()
    operation = await start(banks, [*(row(loan) for _ in range(5)), row(loan, amount_fen=0)])
    await work(banks, operation)
    path, query = f"/operations/{operation['id']}/rows", {"limit": 2}
    numbers: list[int] = []
    while True:
        page = good(await banks.qingyu.get(path, params=query))
        numbers += [each["number"] for each in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    failed = good(await banks.qingyu.get(path, params={"state": "failed"}))["items"]
    assert numbers == [1, 2, 3, 4, 5, 6]
    assert [each["number"] for each in failed] == [6]


@pytest.mark.parametrize("count", [0, 5_001])
async def test_a_batch_has_one_to_five_thousand_rows(banks: Banks, count: int) -> None:
    rows = [{"n": number} for number in range(count)]
    reply = await banks.qingyu.post("/repayment-batches", json={"rows": rows})
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_request")


async def test_five_thousand_rows_are_taken_and_bad_ones_cost_no_good_one(banks: Banks) -> None:
    loan = await banks.loan()
    rows: list[Any] = [{"n": number} for number in range(4_999)]
    operation = await start(banks, [*rows, row(loan)])
    assert (operation["failed"], operation["pending"]) == (4_999, 1)
    done = await work(banks, operation)
    assert (done["succeeded"], done["failed"]) == (1, 4_999)


async def test_the_bank_hears_in_its_inbox_when_a_batch_is_done(banks: Banks) -> None:
    loan = await banks.loan()
    operation = await work(banks, await start(banks, [row(loan)]))
    found = good(await banks.qingyu.get("/inbox", params={"limit": 200}))["items"]
    told = [each for each in found if each["kind"] == "operation.completed"]
    assert told[-1]["href"] == operation["href"]


async def test_only_the_bank_itself_sees_its_operations(banks: Banks) -> None:
    operation = await start(banks, [{"n": 1}])
    for path in (f"/operations/{operation['id']}", f"/operations/{operation['id']}/rows"):
        assert (await banks.songling.get(path)).status_code == 404
    listed = good(await banks.songling.get("/operations"))["items"]
    assert operation["id"] not in [each["id"] for each in listed]
    mine = good(await banks.qingyu.get("/operations"))["items"]
    assert operation["id"] in [each["id"] for each in mine]


@pytest.fixture
async def runner(banks: Banks) -> AsyncIterator[SimpleNamespace]:
    """The service's real job runner on this database."""
    from services.finance.composition import SERVICE

    state = banks.service.app.state
    url = state.settings.database_url
    app = SERVICE.worker.jobs.procrastinate_app(url, state)
    async with app.open_async():
        yield app


async def test_the_real_worker_runs_a_batch_chunk_by_chunk(
    banks: Banks, runner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "CHUNK_ROWS", 4)
    loan = await banks.loan()
    operation = await start(banks, [row(loan) for _ in range(10)])
    async with asyncio.timeout(60):
        await runner.run_worker_async(wait=False, install_signal_handlers=False)
    found = good(await banks.qingyu.get(f"/operations/{operation['id']}"))
    assert (found["state"], found["succeeded"]) == ("completed", 10)
    async with banks.service.app.state.database.reader() as connection:
        left = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'bank.work_batch'")
        failed = text(f"{left.text} AND status NOT IN ('succeeded')")
        assert (await connection.execute(failed)).scalar() == 0
