"""A page of a bank's list costs the same whatever the bank has had: the planner says so, on 40,000 rows.

The statements are those that the routes send, caught on their way. Each is then explained with what it really
reads: no whole table, no sort of more than a page's worth, never more rows than a few pages hold.
"""

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from services.finance.composition import SERVICE
from tests.fixtures.callers import Caller, Running, running
from tests.fixtures.pages import rows_of
from tests.services.finance.bank.conftest import bank, good
from tests.services.finance.bank.many import ROWS, fill
from tests.services.finance.borrowing import QINGYU, SONGLING

FEW = 300
"""Rows that a page of fifty may touch: its own, their cases, and some that a second filter drops."""


@pytest.fixture(scope="module")
async def crowded(fresh_database: Callable[[str], Any]) -> AsyncIterator[Running]:
    database = fresh_database("finance")
    async with running(SERVICE, database.app) as service:
        for seed in SERVICE.seeds:
            await seed(service.app.state)
        fill(database.owner, (QINGYU, SONGLING))
        yield service


@dataclass
class Plan:
    """What the database did for one statement."""

    statement: str
    nodes: list[dict[str, Any]]

    @property
    def touched(self) -> int:
        """Rows that were read, whether or not they were wanted."""
        names = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
        reading = [node for node in self.nodes if "Plans" not in node]
        return sum(int(n["Actual Loops"] * sum(n.get(k, 0) for k in names)) for n in reading)

    @property
    def kinds(self) -> set[str]:
        return {node["Node Type"] for node in self.nodes}


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


@contextlib.contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """What is sent to the database meanwhile."""
    sent: list[tuple[str, Any]] = []

    def catch(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        sent.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", catch)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", catch)


async def explained(
    service: Running, caller: Caller, path: str, query: dict[str, Any]
) -> tuple[dict[str, Any], Plan]:
    """The page, and the plan of the one statement behind it."""
    with statements() as sent:
        page = good(await caller.get(path, params=query))
    ((statement, parameters),) = sent
    async with service.app.state.database.reader() as connection:
        asked = f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"
        found = (await connection.exec_driver_sql(asked, parameters)).scalar_one()
    return page, Plan(statement, list(_nodes(found[0]["Plan"])))


def the_bank(service: Running) -> Caller:
    return bank(service)


def the_clerk(service: Running) -> Caller:
    return service.caller("bank", org=QINGYU, sub="clerk")


def a_founder(service: Running) -> Caller:
    return service.caller("founder", sub="s7")


LISTS = [
    (the_bank, "/applications", {}),
    (the_bank, "/applications", {"state": "assigned"}),
    (the_bank, "/applications", {"state": "contracted"}),
    (the_bank, "/applications", {"product_code": "kedai-share-b"}),
    (the_bank, "/applications", {"uscc": "91980101M100000077"}),
    (the_bank, "/applications", {"reference": f"LM-{QINGYU}77"}),
    (the_bank, "/loans", {}),
    (the_bank, "/loans", {"state": "defaulted"}),
    (the_bank, "/loans", {"state": "settled"}),
    (the_bank, "/loans", {"uscc": "91980101M100000077"}),
    (the_bank, "/loans", {"bank_reference": "HT-77"}),
    (the_bank, "/loans", {"reference": f"JM-{QINGYU}77"}),
    (the_bank, "/compensation-claims", {}),
    (the_bank, "/compensation-claims", {"state": "submitted"}),
    (the_bank, "/compensation-claims", {"state": "paid"}),
    (the_clerk, "/claimable-loans", {}),
    (a_founder, "/subsidies/mine", {}),
]


@pytest.mark.parametrize(
    ("who", "path", "query"), LISTS, ids=lambda each: getattr(each, "__name__", str(each))
)
async def test_a_page_is_read_by_an_index_wherever_it_stands(
    crowded: Running, who: Callable[[Running], Caller], path: str, query: dict[str, Any]
) -> None:
    query, pages = {"limit": 50, **query}, 0
    while pages < 3:
        page, plan = await explained(crowded, who(crowded), path, query)
        assert "Seq Scan" not in plan.kinds, plan.statement
        assert plan.touched <= FEW, f"{plan.touched} rows for a page: {plan.nodes}"
        pages += 1
        if page["next"] is None:
            break
        query = query | {"cursor": page["next"]}
    assert page["items"] or query.get("state") in ("settled", "paid")
    if query.get("state") == "assigned":
        assert len(page["items"]) == ROWS // 1000
    assert "facts" not in plan.statement


async def test_the_loans_of_one_application_are_found_by_it(crowded: Running) -> None:
    caller = the_bank(crowded)
    some = good(await caller.get("/loans", params={"limit": 1}))["items"][0]
    query = {"application_id": some["application_id"]}
    page, plan = await explained(crowded, caller, "/loans", query)
    assert [each["id"] for each in page["items"]] == [some["id"]]
    assert plan.touched <= FEW


async def test_the_claims_of_one_loan_are_found_by_it(crowded: Running) -> None:
    caller = the_bank(crowded)
    some = good(await caller.get("/compensation-claims", params={"limit": 1}))["items"][0]
    page, plan = await explained(
        crowded, caller, "/compensation-claims", {"loan_id": some["loan_id"]}
    )
    assert [each["id"] for each in page["items"]] == [some["id"]]
    assert plan.touched <= FEW


async def test_every_claimable_loan_is_met_once_and_none_beyond(crowded: Running) -> None:
    rows = await rows_of(the_clerk(crowded), "/claimable-loans?limit=200")
    seen = [each["value"] for each in rows]
    assert len(seen) == len(set(seen)) == 2500


async def test_a_claimable_loan_is_searched_and_named(crowded: Running) -> None:
    caller = the_clerk(crowded)
    found = good(await caller.get("/claimable-loans", params={"q": f"JM-{QINGYU}5005"}))["items"]
    assert [each["label"]["zh"].split()[0] for each in found] == [f"JM-{QINGYU}5005"]
    one = good(await caller.get(f"/claimable-loans/{found[0]['value']}"))
    assert one == found[0]
    other = crowded.caller("bank", org=SONGLING, sub="other")
    assert (await other.get(f"/claimable-loans/{found[0]['value']}")).status_code == 404
    assert good(await caller.get("/claimable-loans", params={"q": "100%"}))["items"] == []
