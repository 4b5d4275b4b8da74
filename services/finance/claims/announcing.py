"""What others hear of a claim: the public notice, the bank's inbox, the event of the payment."""

from typing import Any
from uuid import UUID

from contracts.events.finance import ClaimPaid
from kit.matters import CaseContext, FactView, fact
from kit.schemas import Label
from services.finance.bank import inbox
from services.finance.bank.paths import PREFIX
from services.finance.partners import store as partners
from services.finance.pools import store as pools


def claim_href(claim_id: UUID) -> str:
    """Where a bank finds its claim."""
    return f"{PREFIX}/compensation-claims/{claim_id}"


def existing(row: Any) -> dict[str, Any] | None:
    """The claim that is in the way; it is the same bank's, so it may be named."""
    if row is None:
        return None
    return {"href": claim_href(row.id), "id": str(row.id), "reference": row.reference}


def title(row: Any) -> tuple[str, str]:
    """The headline of the notice."""
    return (
        f"拟对贷款{row.loan_reference}给予风险补偿的公示",
        f"Intended risk compensation for loan {row.loan_reference}",
    )


async def lines(context: CaseContext, row: Any) -> list[FactView]:
    """What the public is shown: whose loan, by whom, how much of it was lost. Names, not codes."""
    bank = await partners.find_partner(context.session, row.bank)
    pool = await pools.title_of(context.session, row.pool_code)
    bank_name = Label(zh=bank.name_zh, en=bank.name_en) if bank else row.bank
    pool_name = Label(zh=pool[0], en=pool[1]) if pool else row.pool_code
    return [
        fact("借款企业", "Borrower", "text", row.enterprise_name),
        fact("统一社会信用代码", "Unified social credit code", "text", row.uscc),
        fact("贷款银行", "Bank", "text", bank_name),
        fact("贷款编号", "Loan", "text", row.loan_reference),
        fact("资金池", "Pool", "text", pool_name),
        fact("未偿还本金", "Unpaid principal", "money", row.base_fen),
    ]


async def tell_bank(context: CaseContext, kind: str, zh: str, en: str) -> None:
    """A message in the bank's pull inbox."""
    case = context.case
    await inbox.notify(
        context.session,
        bank=str(case.applicant_org),
        kind=f"claim.{kind}",
        subject=(f"补偿申请 {case.reference} {zh}", f"Claim {case.reference} {en}"),
        href=claim_href(case.id),
        now=context.now,
    )


async def tell_paid(context: CaseContext, row: Any) -> None:
    """`finance.claim.paid.v1`, for the bank and the staff, and the bank's inbox."""
    paid = ClaimPaid(
        claim_id=row.id,
        reference=row.reference,
        loan_id=row.loan_id,
        loan_reference=row.loan_reference,
        bank=row.bank,
        base_fen=row.base_fen,
        paid_fen=row.paid_fen,
        on=context.today,
    )
    await context.emit("finance.claim.paid.v1", paid, audience=(f"org:{row.bank}", "staff"))
    await tell_bank(context, "paid", "已拨付", "was paid")
