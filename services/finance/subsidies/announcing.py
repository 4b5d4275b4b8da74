"""What others hear of a subsidy: the public notice, the event of its payment, and who was first.

Never shows an account number or a person.
"""

from typing import Any

from contracts.events.finance import SubsidyPaid
from kit.matters import CaseContext, FactView, fact
from kit.schemas import Label
from services.finance.subsidies.codes import COVERAGES


def title(row: Any) -> tuple[str, str]:
    """The headline of the notice."""
    return (
        f"拟给予{row.enterprise_name}科技保险保费补贴的公示",
        f"Intended premium subsidy for {row.enterprise_name}",
    )


def lines(row: Any) -> list[FactView]:
    """What the public is shown: who, for what cover, how much."""
    zh, en = COVERAGES[row.coverage]
    return [
        fact("企业", "Enterprise", "text", row.enterprise_name),
        fact("统一社会信用代码", "Unified social credit code", "text", row.uscc),
        fact("保险公司", "Insurer", "text", row.insurer),
        fact("险种", "Kind of cover", "text", Label(zh=zh, en=en)),
        fact("保险起期", "Cover from", "day", row.period_from_on.isoformat()),
        fact("保险止期", "Cover to", "day", row.period_to_on.isoformat()),
        fact("已缴保费", "Premium paid", "money", row.premium_fen),
        fact("拟补贴金额", "Intended subsidy", "money", row.amount_fen),
    ]


def existing(row: Any, *, uscc: str) -> dict[str, Any] | None:
    """The application that is in the way, where it is the same enterprise's: another's is not named."""
    if row is None or row.uscc != uscc:
        return None
    return {
        "href": f"/api/finance/v1/cases/{row.id}",
        "id": str(row.id),
        "reference": row.reference,
    }


def other(row: Any, *, uscc: str) -> dict[str, Any]:
    """Another application for the same policy, as the case keeps it. Its applicant reads the case too, so of
    another enterprise's there is the reference and no more."""
    own = row.uscc == uscc
    kept: dict[str, Any] = {"reference": row.reference, "own": own}
    if own:
        kept["coverage"] = row.coverage
        kept["period"] = [row.period_from_on.isoformat(), row.period_to_on.isoformat()]
    return kept


async def tell_paid(context: CaseContext, row: Any) -> None:
    """`finance.subsidy.paid.v1`, for its applicant and the staff."""
    case = context.case
    paid = SubsidyPaid(
        subsidy_id=row.id,
        reference=row.reference,
        uscc=row.uscc,
        scheme=context.matter.code,
        amount_fen=row.amount_fen,
        on=context.today,
    )
    audience = [f"sub:{case.applicant_sub}", "staff"]
    if case.applicant_person:
        audience.append(f"person:{case.applicant_person}")
    await context.emit("finance.subsidy.paid.v1", paid, audience=tuple(audience))
