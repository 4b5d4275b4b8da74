"""The payment of a claim by shares, and taking it back. Money moves in `pools`, the loan in `loans`; both in
the case's own transaction, so that a refusal of either leaves everything as it was.
"""

from typing import Any, cast

from kit.matters import CaseContext
from services.finance.claims import announcing, rules, store
from services.finance.claims.errors import ClaimConditionsNotMet, NothingToCompensate
from services.finance.claims.facts import Gathered, gather
from services.finance.claims.form import CompensationClaimForm
from services.finance.loans import service as loans
from services.finance.loans import store as loan_store
from services.finance.loans.desk import desk_of
from services.finance.pools import service as pools
from services.finance.refunds import Refund, refuse_impossible_day


async def still_due(context: CaseContext, form: CompensationClaimForm) -> Gathered:
    """The loan, locked, with what is still to be compensated.

    Raises NothingToCompensate where it was paid meanwhile, ClaimConditionsNotMet where it is cured.
    """
    gathered = await gather(context, form, lock=True, claimed=True)
    if gathered is None or gathered.base_fen == 0:
        raise NothingToCompensate
    if not gathered.judgement.ok:
        raise ClaimConditionsNotMet(errors=rules.findings(gathered.judgement, gathered.facts))
    return gathered


async def pay(context: CaseContext, _: Any) -> None:
    """Pays the pool's shares of the unpaid principal to the bank; the bank bears its own.

    Raises what `still_due` raises, and the pool's refusals (`pool_exhausted` …).
    """
    case, session = context.case, context.session
    form = cast(CompensationClaimForm, context.opened())
    gathered = await still_due(context, form)
    loan = gathered.loan
    shares = await pools.pay_compensation(
        session,
        claim_reference=case.reference,
        loan_reference=loan.reference,
        base_fen=gathered.base_fen,
        now=context.now,
        today=context.today,
    )
    paid = sum(shares.values())
    await loans.compensate(
        desk_of(context), loan.id, claim_reference=case.reference, amount_fen=paid
    )
    known = {"base_fen": gathered.base_fen, "shares": dict(shares), "paid_fen": paid}
    await store.change(session, case.id, **known, paid_on=context.today)
    fresh = {"paid_on": context.today.isoformat(), "recovered_fen": 0, "returned_fen": 0}
    case.facts |= known | fresh
    context.move_data = {"base_fen": gathered.base_fen, "shares": dict(shares)}
    row = await store.find(session, case.id)
    await announcing.tell_paid(context, row)
    context.then("begin_recovery")


async def claw_back(context: CaseContext, payload: Refund) -> None:
    """The bank has paid back what the pool still had not: the loan is the bank's alone again.

    Raises RefundRefused where the day of receipt cannot be.
    """
    case, session = context.case, context.session
    row = await store.find(session, case.id)
    assert row is not None
    refuse_impossible_day(payload, paid_on=row.paid_on, today=context.today)
    # the loan before the pool, as everywhere
    await loan_store.loan_for_claim(session, row.loan_id, row.bank, today=context.today, lock=True)
    returned = await pools.claw_back(
        session,
        claim_reference=case.reference,
        reason=payload.reason,
        now=context.now,
        today=payload.received_on,
    )
    desk = desk_of(context)
    await loans.lift_compensation(
        desk, row.loan_id, claim_reference=case.reference, reason=payload.reason
    )
    await loans.let_claim_go(desk, row.loan_id)
    await store.change(session, case.id, clawed_back_on=payload.received_on)
    case.facts["claw_back"] = {
        "reason": payload.reason,
        "received_on": payload.received_on.isoformat(),
        "shares": dict(returned),
    }
    context.move_data = {"shares": dict(returned)}
    await announcing.tell_bank(context, "clawed_back", "补偿已追回", "was clawed back")
