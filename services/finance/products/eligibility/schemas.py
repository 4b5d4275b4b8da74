"""What goes out about entitlements."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from kit.criteria import Judgement, VerdictView, verdict_view
from kit.schemas import Label, Out
from services.finance.products.eligibility.rules import answer_of


class EntitlementView(Out):
    """One product or subsidy. `entitled` is null where a number is missing to tell; `apply_href` is the
    matter by which one applies here, null where that is not possible yet; then `closed_here` says why."""

    kind: Literal["product", "subsidy"]
    code: str
    name: Label
    entitled: bool | None
    verdicts: list[VerdictView]
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
        apply_href=None if closed else f"{prefix}/matters/{matter}",
        closed_here=closed,
    )
