"""What the bank that has an application reads of its borrower, and who else does not."""

from typing import Any

from tests.services.finance.borrowing import (
    QINGYU,
    SONGLING,
    WAN_FEN,
    World,
    act,
    loan_of,
    read,
    submitted,
)

PHONE = "13800138000"


async def borrower(caller: Any, case: dict[str, Any]) -> Any:
    return (await read(caller, case, "borrower"))["expanded"].get("borrower")


async def test_the_bank_reads_phone_library_and_limits_and_nobody_else(world: World) -> None:
    company = await world.company()
    await world.in_library(company)
    form = loan_of(company, preferred_bank=SONGLING, contact_phone=PHONE)
    case = await submitted(company, "loan-application", form)
    clerk = world.bank(SONGLING)
    seen = await borrower(clerk, case)
    assert seen["contact_phone"] == PHONE
    assert seen["library"]["revenue_fen"] == 800 * WAN_FEN
    assert seen["terms"]["highest_rate"] == "0.035"
    assert PHONE not in (await clerk.get(f"/cases/{case['id']}")).text
    assert await borrower(company.founder, case) is None
    assert await borrower(world.officer(), case) is None
    other = await world.bank(QINGYU).get(f"/cases/{case['id']}?expand=borrower")
    assert other.status_code == 404


async def test_outside_the_library_and_without_a_phone_it_says_so(world: World) -> None:
    company = await world.company()
    entry = await world.in_library(company)
    form = loan_of(company, preferred_bank=SONGLING)
    case = await submitted(company, "loan-application", form)
    head = world.officer(head=True)
    removed = await act(head, entry, "remove", {"reason": "数据不实"})
    assert removed.status_code == 200, removed.text
    seen = await borrower(world.bank(SONGLING), case)
    assert (seen["contact_phone"], seen["library"]) == (None, None)
