"""追偿: what the debtor pays after the compensation flows back to the pool, less costs, in the same shares.

Only principal is recovered here. A wrong row is reversed, never edited; a reversal reopens a closed claim.
"""

import uuid
from typing import Any

from kit.commonplace import Reason
from kit.errors import NotFound
from kit.matters import CaseContext
from services.finance.claims import announcing, rules, store
from services.finance.claims.errors import RecoveryAlreadyReversed, RecoveryRefused
from services.finance.claims.workflow import Recovery, RecoveryReversal
from services.finance.loans import service as loans
from services.finance.loans import store as loan_store
from services.finance.loans.desk import desk_of
from services.finance.pools import service as pools

IN_FULL = "本金已全部追回 principal recovered in full"


async def record(context: CaseContext, payload: Recovery) -> None:
    """Books a recovery. Raises RecoveryRefused, `bank_reference_used`; closes the claim with its last fen."""
    case, session = context.case, context.session
    claim = await store.find(session, case.id)
    assert claim is not None
    left = claim.base_fen - claim.recovered_fen
    found = rules.recovery_findings(
        amount_fen=payload.amount_fen,
        costs_fen=payload.costs_fen,
        received_on=payload.received_on,
        left_fen=left,
        paid_on=claim.paid_on,
        today=context.today,
    )
    if found:
        raise RecoveryRefused(errors=found)
    await _hold_loan(context, claim)
    row = _row(context, claim, payload)
    await _take_reference(context, claim, row)
    returned = await pools.return_recovery(
        session,
        claim_reference=case.reference,
        recovery_reference=row["reference"],
        amount_fen=payload.amount_fen,
        costs_fen=payload.costs_fen,
        now=context.now,
        today=payload.received_on,
    )
    row["returned"] = dict(returned)
    row["loan_entry"] = await loans.recover(
        desk_of(context),
        claim.loan_id,
        claim_reference=case.reference,
        recovery_reference=row["reference"],
        amount_fen=payload.amount_fen,
        value_on=payload.received_on,
    )
    await _book(context, row, sign=1)
    if payload.amount_fen == left:
        context.then("close", reason=IN_FULL)


async def reverse(context: CaseContext, payload: RecoveryReversal) -> None:
    """Books a recovery back. Raises NotFound, RecoveryAlreadyReversed, `bank_reference_used`."""
    case, session = context.case, context.session
    claim = await store.find(session, case.id)
    rows = {row.id: row for row in await store.recoveries_of(session, case.id)}
    wrong = rows.get(payload.recovery_id)
    if claim is None or wrong is None or wrong.reverses is not None:
        raise NotFound
    if any(row.reverses == wrong.id for row in rows.values()):
        raise RecoveryAlreadyReversed
    await _hold_loan(context, claim)
    row = _row(context, claim, wrong) | {
        "bank_reference": payload.bank_reference,
        "reverses": wrong.id,
        "reason": payload.reason,
        "loan_entry": wrong.loan_entry,
    }
    await _take_reference(context, claim, row)
    gone = await pools.reverse_recovery(
        session,
        claim_reference=case.reference,
        recovery_reference=wrong.reference,
        amount_fen=wrong.amount_fen,
        costs_fen=wrong.costs_fen,
        now=context.now,
        today=context.today,
    )
    row["returned"] = dict(gone)
    if wrong.loan_entry is not None:
        await loans.reverse_recovery(
            desk_of(context),
            claim.loan_id,
            claim_reference=case.reference,
            number=wrong.loan_entry,
            reason=payload.reason,
        )
    await _book(context, row, sign=-1)
    if claim.closed_on is not None:
        await _reopen(context)


async def _reopen(context: CaseContext) -> None:
    context.case.closed_at = None
    context.case.facts.pop("closing", None)
    await store.change(context.session, context.case.id, closed_on=None)


async def _hold_loan(context: CaseContext, claim: Any) -> None:
    """The loan before the pool, as everywhere: a report of its bank locks them in this order."""
    await loan_store.loan_for_claim(
        context.session, claim.loan_id, claim.bank, today=context.today, lock=True
    )


def _row(context: CaseContext, claim: Any, said: Any) -> dict[str, Any]:
    number = claim.recoveries + 1
    return {
        "id": uuid.uuid4(),
        "claim_id": claim.id,
        "number": number,
        "reference": f"{claim.reference}-R{number}",
        "bank": claim.bank,
        "bank_reference": said.bank_reference,
        "amount_fen": said.amount_fen,
        "costs_fen": said.costs_fen,
        "received_on": said.received_on,
        "reverses": None,
        "reason": None,
        "booked_at": context.now,
    }


async def _take_reference(context: CaseContext, claim: Any, row: dict[str, Any]) -> None:
    await loan_store.take_reference(
        context.session,
        bank=claim.bank,
        bank_reference=row["bank_reference"],
        kind="recovery_reversal" if row["reverses"] else "recovery",
        subject_id=row["id"],
        reference=row["reference"],
        href=announcing.claim_href(claim.id),
        now=context.now,
    )


async def _book(context: CaseContext, row: dict[str, Any], *, sign: int) -> None:
    """The row itself, the sums, and what the case shows."""
    facts, returned = context.case.facts, sum(row["returned"].values())
    await store.insert_recovery(context.session, row)
    await store.add_recovered(
        context.session,
        row["claim_id"],
        amount_fen=sign * row["amount_fen"],
        costs_fen=sign * row["costs_fen"],
        returned_fen=sign * returned,
    )
    facts["recovered_fen"] = facts.get("recovered_fen", 0) + sign * row["amount_fen"]
    facts["returned_fen"] = facts.get("returned_fen", 0) + sign * returned
    context.move_data = {
        "recovery": str(row["id"]),
        "amount_fen": sign * row["amount_fen"],
        "returned": row["returned"],
    }


async def close_claim(context: CaseContext, payload: Reason) -> None:
    """Nothing more is expected. What stays unpaid is the bank's to write off."""
    case = context.case
    claim = await store.find(context.session, case.id)
    assert claim is not None
    await store.change(context.session, case.id, closed_on=context.today)
    left = claim.base_fen - claim.recovered_fen
    case.facts["closing"] = {
        "reason": payload.reason,
        "on": context.today.isoformat(),
        "unrecovered_fen": left,
    }
    await announcing.tell_bank(context, "closed", "已结案", "was closed")
