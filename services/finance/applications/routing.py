"""To which bank an application goes, and on to the next when one lets its time pass."""

from typing import Any

from kit.matters import CaseContext
from services.finance.applications import store
from services.finance.applications.announcing import tell_bank
from services.finance.partners import service as partners
from services.finance.partners import store as partner_banks

ROLE = "bank"


async def next_bank(context: CaseContext) -> str | None:
    """The bank whose turn it is, without those that let it pass; None where none is left."""
    case, facts = context.case, context.case.facts
    return await partners.route(
        context.session,
        region_code=case.region_code,
        product_code=facts["product_code"],
        preferred=facts["preferred_bank"],
        today=context.today,
        without=facts["passed_over"],
    )


async def assign(context: CaseContext, bank: str) -> None:
    """The bank becomes the case's party and hears of it; the one before sees it no longer."""
    row = await partner_banks.find_partner(context.session, bank)
    assert row is not None
    context.case.facts |= {"bank": bank, "bank_name": {"zh": row.name_zh, "en": row.name_en}}
    others = [(who, role) for who, role in context.present_parties if role != ROLE]
    context.parties = [*others, (f"org:{bank}", ROLE)]
    await tell_bank(context, bank, "application.assigned")


async def pass_over(context: CaseContext, _: Any) -> None:
    """The bank did not accept in time: the next one gets it, or it expires."""
    facts = context.case.facts
    late = facts["bank"]
    facts["passed_over"] = [*facts["passed_over"], late]
    context.move_data = {"bank": late}
    await tell_bank(context, late, "application.passed-over")
    context.then("reassign" if await next_bank(context) else "expire")


async def reassign(context: CaseContext, _: Any) -> None:
    bank = await next_bank(context)
    assert bank is not None  # pass_over has asked, in this transaction
    await store.move_to_bank(context.session, context.case.id, bank)
    context.move_data = {"bank": bank}
    await assign(context, bank)
