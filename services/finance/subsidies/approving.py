"""The approval: how much comes back, and the room for it in the enterprise's year and in the budget.

Both are taken in one transaction, the year before the budget everywhere, so that a race gives the rest to one
and a plain refusal to the next.
"""

from typing import cast

from kit.errors import FieldError
from kit.matters import CaseContext
from services.finance.pools import service as pools
from services.finance.pools.errors import BudgetNotFound
from services.finance.subsidies import rules, store
from services.finance.subsidies.errors import (
    NoBudgetOfYear,
    SubsidyConditionsNotMet,
    YearCapReached,
)
from services.finance.subsidies.form import PremiumSubsidyForm
from services.finance.subsidies.workflow import Approval


async def scheme_on(context: CaseContext, form: PremiumSubsidyForm) -> rules.Scheme | None:
    """The scheme of the day on which the premium was paid; None where there was none."""
    try:
        return rules.scheme_of(await store.parameters_on(context.session, form.paid_on))
    except KeyError:
        return None


async def approve(context: CaseContext, payload: Approval) -> None:
    """Commits the year's room and the budget. Raises SubsidyConditionsNotMet, YearCapReached, and the pools'
    refusals (`budget_exhausted`), NoBudgetOfYear 409."""
    form = cast(PremiumSubsidyForm, context.opened())
    found = await context.matter.handler.findings(context, form)
    accepted = payload.accepted_premium_fen or form.premium_fen
    if accepted > form.premium_fen:
        found.append(FieldError(pointer="/accepted_premium_fen", code="accepted_exceeds_paid"))
    scheme = await scheme_on(context, form)
    if found or scheme is None:
        raise SubsidyConditionsNotMet(errors=found)
    year = form.paid_on.year
    used = await store.lock_year(
        context.session, uscc=form.uscc, year=year, cap_fen=scheme.year_cap_fen
    )
    due = rules.amount(
        scheme,
        coverage=form.coverage.value,
        premium_fen=accepted,
        other_fen=rules.other_fen(form),
        used_fen=used,
    )
    _refuse_nothing(due)
    await store.add_to_year(context.session, uscc=form.uscc, year=year, amount_fen=due.amount_fen)
    await _commit(context, due, accepted)
    context.then("publicise")


def _refuse_nothing(due: rules.Amount) -> None:
    if due.amount_fen:
        return
    if due.left_of_year_fen == 0:
        raise YearCapReached
    code = "premium_too_small" if due.by_rate_fen == 0 else "subsidies_exceed_premium"
    raise SubsidyConditionsNotMet(errors=[FieldError(pointer="", code=code)])


async def _commit(context: CaseContext, due: rules.Amount, accepted: int) -> None:
    case, year = context.case, context.today.year
    budget = budget_code(year)
    try:
        await pools.commit_budget(
            context.session,
            budget_code=budget,
            reference=case.reference,
            amount_fen=due.amount_fen,
            now=context.now,
            today=context.today,
        )
    except BudgetNotFound:
        raise NoBudgetOfYear(
            detail_zh=f"{year} 年度的科技保险保费补贴预算尚未设立，设立后再办理批准",
            detail_en=f"There is no budget for premium subsidies of {year} yet; approve once there is",
            extra={"year": year},
        ) from None
    await store.change(
        context.session,
        case.id,
        amount_fen=due.amount_fen,
        budget_code=budget,
        approved_on=context.today,
    )
    case.facts |= {
        "amount_fen": due.amount_fen,
        "accepted_premium_fen": accepted,
        "rate_percent": str(due.rate_percent),
        "limited_by": due.limited_by,
    }
    context.move_data = {"amount_fen": due.amount_fen, "budget": budget}


def budget_code(year: int) -> str:
    """The budget that pays in a year."""
    return f"tech-insurance-{year}"
