"""What time does to an application: the next bank, a mark of lateness, and expiry."""

from typing import Any

from sqlalchemy import select

from services.finance.bank.tables import BankMessage
from tests.services.finance.borrowing import (
    LANSHI,
    OFFER,
    QINGYU,
    SONGLING,
    World,
    act,
    loan_of,
    move,
    read,
    submitted,
)

MATTER = "loan-application"
ASKED = {"reason": "需核实纳税", "items": ["近三个月纳税申报表"]}


async def heard(world: World, bank: str, case: dict[str, Any]) -> list[str]:
    """The kinds of messages about a case in a bank's inbox."""
    table = BankMessage.__table__  # type: ignore[attr-defined]
    query = select(table.c.kind).where(table.c.bank == bank, table.c.href.endswith(case["id"]))
    async with world.finance.app.state.database.reader() as connection:
        return list((await connection.execute(query.order_by(table.c.sequence))).scalars())


async def test_a_bank_that_does_not_accept_in_two_days_loses_it_to_the_next(world: World) -> None:
    company = await world.company()
    await world.in_library(company)
    case = await submitted(company, MATTER, loan_of(company, preferred_bank=QINGYU))
    await world.later(days=2)
    assert (await read(company.founder, case))["facts"]["bank"] == QINGYU
    await world.later(days=1)
    seen = await read(company.founder, case)
    assert (seen["state"], seen["facts"]["bank"]) == ("assigned", SONGLING)
    assert seen["facts"]["passed_over"] == [QINGYU]
    assert (await world.bank(QINGYU).get(f"/cases/{case['id']}")).status_code == 404
    assert await heard(world, QINGYU, case) == ["application.assigned", "application.passed-over"]
    assert await heard(world, SONGLING, case) == ["application.assigned"]
    accepted = await move(world.bank(SONGLING), seen, "accept")
    assert accepted["state"] == "accepted"


async def test_when_no_bank_is_left_it_expires_and_another_may_follow(world: World) -> None:
    company = await world.company(region="980201")
    await world.in_library(company)
    case = await submitted(company, MATTER, loan_of(company))
    assert case["facts"]["bank"] == LANSHI
    await world.later(days=7)
    assert (await read(company.founder, case))["state"] == "expired"
    await submitted(company, MATTER, loan_of(company))


async def test_each_bank_has_its_own_two_days(world: World) -> None:
    company = await world.company()
    await world.in_library(company)
    case = await submitted(company, MATTER, loan_of(company, preferred_bank=QINGYU))
    await world.later(days=3)  # Thursday: the second bank has Friday and Monday
    await world.later(days=4)
    assert (await read(company.founder, case))["state"] == "assigned"
    await world.later(days=1)
    seen = await read(company.founder, case)
    assert (seen["state"], seen["facts"]["passed_over"]) == ("expired", [QINGYU, SONGLING])


async def test_a_late_decision_is_marked_and_may_still_come(world: World) -> None:
    company, bank = await world.company(), world.bank(QINGYU)
    await world.in_library(company)
    case = await submitted(company, MATTER, loan_of(company, preferred_bank=QINGYU))
    case = await move(bank, case, "accept")
    await world.later(days=20)
    seen = await read(bank, case)
    assert (seen["state"], seen["facts"]["overdue"]) == ("accepted", True)
    assert "application.overdue" in await heard(world, QINGYU, case)
    assert (await move(bank, seen, "decide", OFFER))["state"] == "approved"


async def test_the_time_to_decide_pauses_while_the_founder_answers(world: World) -> None:
    company, bank = await world.company(), world.bank(QINGYU)
    await world.in_library(company)
    case = await submitted(company, MATTER, loan_of(company, preferred_bank=QINGYU))
    case = await move(bank, case, "accept")
    case = await move(bank, case, "request_information", ASKED)
    assert case["answer_by"] == "2027-03-16"
    await world.later(days=14)
    case = await move(company.founder, case, "answer_information", {"answer": "已补充"})
    assert case["promised_by"] == "2027-03-29"
    assert "application.answered" in await heard(world, QINGYU, case)


async def test_a_question_not_answered_expires_the_application(world: World) -> None:
    company, bank = await world.company(), world.bank(QINGYU)
    await world.in_library(company)
    case = await submitted(company, MATTER, loan_of(company, preferred_bank=QINGYU))
    case = await move(bank, case, "accept")
    case = await move(bank, case, "request_information", ASKED)
    await world.later(days=15)
    assert (await read(bank, case))["state"] == "information_requested"
    await world.later(days=1)
    seen = await read(bank, case)
    assert seen["state"] == "expired"
    assert (await heard(world, QINGYU, case))[-1] == "application.expired"
    reply = await act(company.founder, seen, "answer_information", {"answer": "晚了"})
    assert reply.status_code == 409


async def test_an_offer_is_open_for_thirty_days(world: World) -> None:
    company, bank = await world.company(), world.bank(QINGYU)
    await world.in_library(company)
    case = await submitted(company, MATTER, loan_of(company, preferred_bank=QINGYU))
    case = await move(bank, await move(bank, case, "accept"), "decide", OFFER)
    assert case["answer_by"] == "2027-03-31"
    await world.later(days=30)
    assert (await read(bank, case))["state"] == "approved"
    await world.later(days=1)
    assert (await read(bank, case))["state"] == "expired"


async def test_the_founder_withdraws_at_any_time_and_the_bank_hears(world: World) -> None:
    company, bank = await world.company(), world.bank(QINGYU)
    await world.in_library(company)
    for moves in ((), ("accept",), ("accept", "decide")):
        case = await submitted(company, MATTER, loan_of(company, preferred_bank=QINGYU))
        for action in moves:
            case = await move(bank, case, action, OFFER if action == "decide" else None)
        case = await move(company.founder, case, "withdraw")
        assert case["state"] == "withdrawn"
        assert (await heard(world, QINGYU, case))[-1] == "application.withdrawn"
