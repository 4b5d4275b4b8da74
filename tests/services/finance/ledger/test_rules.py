"""The ledger against a model of itself: any sequence of posts, holds, ends and reversals."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.db import Database
from kit.errors import Problem
from services.finance.ledger import service
from services.finance.ledger.rules import Entry, Posting
from tests.services.finance.ledger.books import check_books

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 22)
ACCOUNTS = ("open", "guarded-1", "guarded-2")

moves = st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(ACCOUNTS), st.integers(1, 100)).filter(
    lambda move: move[0] != move[1]
)
steps = st.one_of(
    st.tuples(st.just("post"), st.lists(moves, min_size=1, max_size=3)),
    st.tuples(st.just("hold"), st.lists(moves, min_size=1, max_size=3)),
    st.tuples(st.sampled_from(["finish", "void", "reverse"]), st.integers(0, 5)),
)


class Model:
    """What the ledger promises, in a few lines of arithmetic."""

    def __init__(self) -> None:
        self.posted: dict[str, int] = defaultdict(int)
        self.held: dict[str, int] = defaultdict(int)

    def available(self, code: str) -> int:
        return self.posted[code] - self.held[code]

    def net(self, postings: list[tuple[str, str, int]]) -> dict[str, int]:
        change: dict[str, int] = defaultdict(int)
        for source, destination, amount in postings:
            change[source] -= amount
            change[destination] += amount
        return change

    def post(self, postings: list[tuple[str, str, int]]) -> bool:
        change = self.net(postings)
        if any(
            code != "open" and amount < 0 and self.available(code) + amount < 0
            for code, amount in change.items()
        ):
            return False
        for code, amount in change.items():
            self.posted[code] += amount
        return True

    def hold(self, postings: list[tuple[str, str, int]], sign: int = 1) -> bool:
        going: dict[str, int] = defaultdict(int)
        for source, _, amount in postings:
            going[source] += amount * sign
        if any(code != "open" and self.available(code) < amount for code, amount in going.items()):
            return False
        for code, amount in going.items():
            self.held[code] += amount
        return True


@pytest.fixture(scope="module")
async def database(fresh_database: Callable[[str], Any]) -> AsyncIterator[Database]:
    made = Database(fresh_database("finance").app, pool_size=2)
    yield made
    await check_books(made)
    await made.close()


async def run(database: Database, runs: int, story: list[Any]) -> None:
    model = Model()
    kept: list[tuple[str, str, list[Any]]] = []  # (reference, status, postings)

    def code(name: str) -> str:
        return f"r{runs}:{name}"

    async with database.transaction() as session:
        for name in ACCOUNTS:
            await service.open_account(
                session, code(name), title=("", ""), kind="asset", guarded=name != "open", now=NOW
            )
        for number, (action, what) in enumerate(story):
            reference = f"R{runs}-{number}"
            try:
                if action in ("post", "hold"):
                    expected = model.post(what) if action == "post" else model.hold(what)
                    postings = [Posting(code(s), code(d), a) for s, d, a in what]
                    await service.post(
                        session,
                        Entry(reference, "story", "", DAY, postings, pending=action == "hold"),
                        now=NOW,
                    )
                    kept.append((reference, "posted" if action == "post" else "pending", what))
                else:
                    if what >= len(kept):
                        continue
                    expected = await end(session, model, kept, action, what)
            except Problem:
                assert not expected, (action, what)
            else:
                assert expected, (action, what)
            for name in ACCOUNTS:
                found = await service.balance(session, code(name))
                assert (found.posted_fen, found.pending_out_fen) == (
                    model.posted[name],
                    model.held[name],
                )


async def end(session: Any, model: Model, kept: list[Any], action: str, index: int) -> bool:
    reference, status, postings = kept[index]
    back = [(d, s, a) for s, d, a in postings]
    if action == "reverse":
        expected = status == "posted" and model.post(back)
        if expected:
            kept[index] = (reference, "reversed", postings)
        await refusable(
            expected,
            service.reverse(session, reference, reason="x", value_on=DAY, now=NOW),
        )
        return True
    expected = status == "pending"
    if expected:
        model.hold(postings, -1)
        if action == "finish":
            for name, amount in model.net(postings).items():
                model.posted[name] += amount
        kept[index] = (reference, "posted" if action == "finish" else "voided", postings)
    settle = service.post_pending if action == "finish" else service.void_pending
    await refusable(expected, settle(session, reference, now=NOW))
    return True


async def refusable(expected: bool, work: Any) -> None:
    if expected:
        await work
        return
    with pytest.raises(Problem):
        await work


RUNS = iter(range(10**6))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(story=st.lists(steps, max_size=12))
async def test_any_story_ends_as_the_model_says(database: Database, story: list[Any]) -> None:
    await run(database, next(RUNS), story)


@pytest.mark.parametrize(
    "wrong",
    [
        {"reference": ""},
        {"reference": "a/b"},
        {"reference": "x" * 121},
        {"reference": "编号"},
        {"kind": "Two Words"},
        {"postings": []},
    ],
)
def test_an_entry_that_makes_no_sense_is_not_made(wrong: dict[str, Any]) -> None:
    values = {
        "reference": "T-1",
        "kind": "k",
        "description": "",
        "value_on": DAY,
        "postings": [Posting("a", "b", 1)],
    }
    Entry(**values)  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        Entry(**(values | wrong))


@pytest.mark.parametrize("move", [("a", "a", 1), ("a", "b", 0), ("a", "b", -1), ("a", "b", 10**16)])
def test_a_posting_moves_something_somewhere_else(move: tuple[str, str, int]) -> None:
    with pytest.raises(ValueError):
        Posting(*move)
