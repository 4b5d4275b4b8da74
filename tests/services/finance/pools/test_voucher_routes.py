"""Vouchers over HTTP: who proposes, who confirms, what is offered to whom and what is refused."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

from kit.clock import Clock
from services.finance.composition import SERVICE
from services.finance.pools.seed import seed_pools
from services.finance.pools.service import commit_budget
from services.finance.pools.vouchers.sweeping import sweep_vouchers
from tests.fixtures.callers import Caller, Running, running
from tests.services.finance.pools.funds import AT, check_funds

POOL, BUDGET = "/pools/suke-980000", "/budgets/tech-insurance-2026"


@pytest.fixture(scope="module")
async def finance(fresh_database: Callable[[str], Any]) -> AsyncIterator[Running]:
    async with running(SERVICE, fresh_database("finance").app) as made:
        await seed_pools(made.app.state)
        yield made
        await check_funds(made.app.state.database)


def treasury(finance: Running, who: str = "first", region: str = "980000") -> Caller:
    return finance.caller(
        "officer", org="treasury", regions=[region], sub=who, person=f"p-{who}", name=who
    )


async def propose(caller: Caller, number: str, **changes: Any) -> dict[str, Any]:
    body = {"share": "city", "amount_fen": 12_300, "reference": number} | changes
    reply = await caller.post(f"{POOL}/contributions", json=body)
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()
    assert reply.headers["etag"] == '"1"'
    assert reply.headers["location"] == made["href"]
    return made


async def act(
    caller: Caller, voucher: dict[str, Any], what: str, body: dict[str, Any] | None = None
) -> Any:
    path = f"/vouchers/{voucher['id']}/{what}"
    return await caller.post(path, json=body, version=voucher["version"])


def offered(voucher: dict[str, Any]) -> dict[str, str]:
    """Action → "allowed", or the code of what is in its way."""
    allowed = {each["action"]: "allowed" for each in voucher["allowed_actions"]}
    return allowed | {each["action"]: each["code"] for each in voucher["blocked_actions"]}


async def city(caller: Caller) -> dict[str, Any]:
    shares: list[dict[str, Any]] = (await caller.get(POOL)).json()["shares"]
    return next(each for each in shares if each["share"] == "city")


async def test_two_people_of_the_treasury_pay_in_and_the_books_show_it(finance: Running) -> None:
    first, second = treasury(finance), treasury(finance, "second")
    before = await city(first)
    made = await propose(first, "CZ-1")
    assert made["entry"] == "CONTR:suke-980000:CZ-1"
    assert await city(first) == before
    seen = (await first.get(f"/vouchers/{made['id']}")).json()
    assert offered(seen) == {"confirm": "same_person_decides", "withdraw": "allowed"}
    refused = await act(first, made, "actions/confirm")
    assert refused.status_code == 409
    assert refused.json()["errors"][0]["code"] == "same_person_decides"
    theirs = (await second.get(f"/vouchers/{made['id']}")).json()
    assert offered(theirs) == {"confirm": "allowed", "withdraw": "allowed"}
    done = await act(second, made, "actions/confirm")
    assert (done.status_code, done.json()["state"], done.headers["etag"]) == (
        200, "confirmed", '"2"',
    )  # fmt: skip
    assert (done.json()["proposed_by_name"], done.json()["settled_by_name"]) == ("first", "second")
    after = await city(first)
    assert after["contributed_fen"] - before["contributed_fen"] == 12_300
    booked = (await first.get(f"/ledger/accounts/{after['account']}/entries")).json()["items"][0]
    assert (booked["amount_fen"], booked["reference"]) == (12_300, made["entry"])


async def test_a_second_account_of_the_proposer_does_not_confirm(finance: Running) -> None:
    made = await propose(treasury(finance), "CZ-2")
    same = finance.caller(
        "head", org="treasury", regions=["980000"], sub="first-again", person="p-first"
    )
    assert offered((await same.get(f"/vouchers/{made['id']}")).json())["confirm"] == (
        "same_person_decides"
    )
    refused = await act(same, made, "actions/confirm")
    assert refused.status_code == 409
    assert refused.json()["errors"][0]["code"] == "same_person_decides"


async def test_one_key_proposes_and_confirms_once(finance: Running) -> None:
    first, second = treasury(finance), treasury(finance, "second")
    sent = {"share": "province", "amount_fen": 100, "reference": "CZ-3"}
    made = await first.post(f"{POOL}/contributions", json=sent, key="k")
    again = await first.post(f"{POOL}/contributions", json=sent, key="k")
    assert (again.status_code, again.json()) == (201, made.json())
    path = f"/vouchers/{made.json()['id']}/actions/confirm"
    done = await second.post(path, version=1, key="c")
    assert (await second.post(path, version=1, key="c")).json() == done.json()
    other = await first.post(f"{POOL}/contributions", json=sent)
    assert (other.status_code, other.json()["code"]) == (409, "voucher_exists")
    assert other.json()["existing"]["href"] == made.json()["href"]


async def test_a_move_names_the_version_that_was_seen(finance: Running) -> None:
    first, second = treasury(finance), treasury(finance, "second")
    made = await propose(first, "CZ-4")
    path = f"/vouchers/{made['id']}/actions/confirm"
    assert (await second.post(path)).status_code == 428
    assert (await act(first, made, "actions/withdraw", {"reason": "金额有误"})).status_code == 200
    stale = await act(second, made, "actions/confirm")
    assert (stale.status_code, stale.json()["current"]["state"]) == (412, "withdrawn")
    late = await second.post(path, version=2)
    assert (late.status_code, late.json()["code"]) == (409, "illegal_transition")


async def test_a_reversal_needs_a_reason_a_day_and_a_second_person(finance: Running) -> None:
    first, second = treasury(finance), treasury(finance, "second")
    before = await city(first)
    kept = (await act(second, await propose(first, "CZ-5"), "actions/confirm")).json()
    assert offered(kept) == {"reverse": "allowed"}
    today = finance.app.state.clock.today()
    why = {"reason": "多记一个零", "value_on": today.isoformat()}
    for wrong in ({"reason": "x"}, {"value_on": why["value_on"]}, why | {"amount_fen": 1}):
        assert (await act(first, kept, "reversals", wrong)).status_code == 422
    early = why | {"value_on": (today - timedelta(days=1)).isoformat()}
    refused = await act(first, kept, "reversals", early)
    assert (refused.status_code, refused.json()["code"]) == (422, "reversal_date_refused")
    asked = await act(first, kept, "reversals", why)
    assert asked.status_code == 201, asked.text
    assert offered(asked.json()) == {"confirm": "same_person_decides", "withdraw": "allowed"}
    waiting = (await first.get(f"/vouchers/{kept['id']}")).json()
    assert (waiting["version"], waiting["reversal_id"]) == (3, asked.json()["id"])
    assert offered(waiting) == {"reverse": "voucher_reversed"}
    assert (await act(second, asked.json(), "actions/confirm")).status_code == 200
    assert await city(first) == before


async def test_money_that_is_promised_is_not_taken_back_and_the_problem_says_why(
    finance: Running,
) -> None:
    first, second = treasury(finance), treasury(finance, "second")
    sent = {"amount_fen": 1_000, "reference": "CZ-6"}
    made = (await first.post(f"{BUDGET}/appropriations", json=sent)).json()
    kept = (await act(second, made, "actions/confirm")).json()
    free = (await first.get(BUDGET)).json()["free_fen"]
    async with finance.app.state.database.transaction() as session:
        await commit_budget(
            session, budget_code="tech-insurance-2026", reference="S-1",
            amount_fen=free - 999, **AT,
        )  # fmt: skip
    assert offered((await first.get(f"/vouchers/{kept['id']}")).json()) == {
        "reverse": "money_bound"
    }
    why = {"reason": "x", "value_on": finance.app.state.clock.today().isoformat()}
    refused = await act(first, kept, "reversals", why)
    assert (refused.status_code, refused.json()["code"]) == (409, "money_bound")
    assert refused.json()["errors"][0]["values"] == {
        "amount_fen": 1_000, "remaining_fen": 500_000_000, "bound_fen": 500_000_001,
        "leverage": "1",
    }  # fmt: skip
    assert "5,000,000.01" in refused.json()["detail"]


async def test_a_city_does_not_spend_the_provinces_money(finance: Running) -> None:
    city_treasury = treasury(finance, "city", "980100")
    sent = {"share": "province", "amount_fen": 100, "reference": "X-1"}
    refused = await city_treasury.post(f"{POOL}/contributions", json=sent)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    made = await propose(treasury(finance), "X-2", share="province")
    assert offered((await city_treasury.get(f"/vouchers/{made['id']}")).json()) == {}
    for move in ("actions/confirm", "actions/withdraw"):
        body = {"reason": "x"} if move.endswith("withdraw") else None
        assert (await act(city_treasury, made, move, body)).status_code == 403
    county = treasury(finance, "county", "980101")
    sent = {"amount_fen": 100, "reference": "X-3"}
    assert (await county.post(f"{BUDGET}/appropriations", json=sent)).status_code == 403


async def test_one_city_does_not_take_back_what_another_gave(finance: Running) -> None:
    giver, colleague = treasury(finance, "giver", "980100"), treasury(finance, "next", "980100")
    made = await propose(giver, "X-3a")
    other = treasury(finance, "other-city", "980200")
    assert (await other.get(f"/vouchers/{made['id']}")).status_code == 404
    assert (await act(other, made, "actions/confirm")).status_code == 404
    given = (await act(colleague, made, "actions/confirm")).json()
    wrong = {"reason": "不是我们的钱", "value_on": given["value_on"]}
    assert (await act(other, given, "reversals", wrong)).status_code == 404
    county = treasury(finance, "a-county", "980101")
    assert (await act(county, given, "reversals", wrong)).status_code == 403
    sent = {"share": "city", "amount_fen": 1, "reference": "X-3a"}
    taken = await other.post(f"{POOL}/contributions", json=sent)
    assert (taken.status_code, taken.json()["code"]) == (409, "voucher_exists")
    assert taken.json().get("existing") is None
    above = treasury(finance, "province-now", "980000")
    assert (await act(above, given, "reversals", wrong)).status_code == 201


async def test_only_the_treasury_gives_money_and_sees_how(finance: Running) -> None:
    made = await propose(treasury(finance), "X-4")
    contribution = {"share": "city", "amount_fen": 1, "reference": "X-5"}
    appropriation = {"amount_fen": 1, "reference": "X-5"}
    science = finance.caller("officer", org="science", regions=["980000"])
    callers = [
        science, finance.caller("administrator"), finance.caller("founder"),
        finance.caller("bank", org="qingyu-example-bank"),
    ]  # fmt: skip
    for caller in callers:
        for path, body in (
            (f"{POOL}/contributions", contribution),
            (f"{BUDGET}/appropriations", appropriation),
            (f"/vouchers/{made['id']}/actions/confirm", None),
        ):
            assert (await caller.post(path, json=body, version=1)).status_code == 403
    assert offered((await science.get(f"/vouchers/{made['id']}")).json()) == {}
    for caller, may in ((science, 0), (treasury(finance), 1)):
        assert len((await city(caller))["allowed_actions"]) == may
        assert len((await caller.get(BUDGET)).json()["allowed_actions"]) == may


async def test_the_vouchers_of_another_region_are_not_there(finance: Running) -> None:
    made = await propose(treasury(finance), "X-6")
    elsewhere = treasury(finance, "elsewhere", "970000")
    assert (await elsewhere.get("/vouchers")).json()["items"] == []
    assert (await elsewhere.get(f"/vouchers/{made['id']}")).status_code == 404
    assert (await act(elsewhere, made, "actions/confirm")).status_code == 404
    sent = {"share": "city", "amount_fen": 1, "reference": "X"}
    assert (await elsewhere.post(f"{POOL}/contributions", json=sent)).status_code == 404


async def test_what_waits_is_listed_page_by_page_the_newest_first(finance: Running) -> None:
    caller, seen, cursor = treasury(finance), [], None
    for number in ("L-1", "L-2", "L-3"):
        await propose(caller, number)
    while True:
        params = {"limit": 2, "state": "proposed", "pool_code": "suke-980000"}
        page = await caller.get("/vouchers", params=params | ({"cursor": cursor} if cursor else {}))
        seen += [each["reference"] for each in page.json()["items"]]
        cursor = page.json()["next"]
        if cursor is None:
            break
    assert seen[:3] == ["L-3", "L-2", "L-1"]
    assert len(seen) == len(set(seen))
    mine = (await caller.get("/vouchers", params={"budget_code": "none"})).json()["items"]
    assert mine == []


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/pools/none/contributions",
         {"share": "city", "amount_fen": 1, "reference": "X"}, 404),
        (f"{POOL}/contributions",
         {"share": "town", "amount_fen": 1, "reference": "X"}, 422),
        (f"{POOL}/contributions",
         {"share": "city", "amount_fen": 0, "reference": "X"}, 422),
        (f"{POOL}/contributions",
         {"share": "city", "amount_fen": True, "reference": "X"}, 422),
        (f"{POOL}/contributions",
         {"share": "city", "amount_fen": 1, "reference": "a/b"}, 422),
        ("/budgets/none/appropriations", {"amount_fen": 1, "reference": "X"}, 404),
    ],
)  # fmt: skip
async def test_bad_proposals_are_refused(
    finance: Running, path: str, body: dict[str, Any], status: int
) -> None:
    assert (await treasury(finance).post(path, json=body)).status_code == status


async def test_the_sweep_ends_what_nobody_confirmed_and_nothing_else(
    fresh_database: Callable[[str], Any],
) -> None:
    async with running(SERVICE, fresh_database("finance").app) as made:
        state = made.app.state
        await seed_pools(state)
        waiting = await propose(treasury(made), "CZ-1")
        assert await sweep_vouchers(state) == 0
        state.clock = Clock(timedelta(days=30))
        assert await sweep_vouchers(state) == 1
        assert await sweep_vouchers(state) == 0
        gone = (await treasury(made).get(f"/vouchers/{waiting['id']}")).json()
        assert (gone["state"], gone["allowed_actions"]) == ("expired", [])
        await check_funds(state.database)
