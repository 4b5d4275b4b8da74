"""What goes out about entitlements."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import Field

from kit.criteria import Judgement, VerdictView, verdict_view
from kit.schemas import Label, Out
from services.finance.products.eligibility.rules import answer_of

MET_BY = {
    "in_library": "candidate-enterprise",
    "library_or_graduate": "candidate-enterprise",
}
"""Conditions that somebody can bring about here, and the matter by which."""


class EntitlementView(Out):
    """One product or subsidy. `entitled` is null where a number is missing to tell; `apply_href` is the
    matter by which one applies here, null where that is not possible yet; then `closed_here` says why."""

    kind: Literal["product", "subsidy"]
    code: str
    name: Label
    entitled: bool | None
    verdicts: list[VerdictView]
    met_at: dict[str, str] = Field(
        default_factory=dict,
        description="Conditions (`verdicts[].key`) that do not hold yet, with the matter by which they can",
    )
    apply_href: str | None
    closed_here: Label | None


class EntitlementsView(Out):
    """What one enterprise is entitled to on `on`, of what is offered in its region."""

    uscc: str
    name: str
    region_code: str
    on: date
    in_library_until: date | None
    graduated_on: date | None
    items: list[EntitlementView]


def entitlement_view(
    kind: Literal["product", "subsidy"],
    source: Any,
    judgement: Judgement,
    *,
    prefix: str,
    matter: str,
    closed: Label | None = None,
) -> EntitlementView:
    """The view of a product row or a subsidy's data row with its judgement."""
    row: Mapping[str, Any] = source if isinstance(source, dict) else source._mapping
    return EntitlementView(
        kind=kind,
        code=row["code"],
        name=Label(zh=row["name_zh"], en=row["name_en"]),
        entitled=answer_of(judgement),
        verdicts=[verdict_view(verdict) for verdict in judgement.verdicts],
        met_at={
            verdict.criterion.key: f"{prefix}/matters/{MET_BY[verdict.criterion.key]}"
            for verdict in judgement.failing
            if verdict.criterion.key in MET_BY
        },
        apply_href=None if closed else f"{prefix}/matters/{matter}",
        closed_here=closed,
    )
