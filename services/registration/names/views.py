"""From verdicts and rows to what a caller sees. Must not query or decide."""

from typing import Any
from uuid import UUID

from kit.schemas import Label
from services.registration.names.authorities import offices
from services.registration.names.problems import PREFIX, existing_view
from services.registration.names.promise import TEXT_EN, TEXT_ZH
from services.registration.names.schemas import (
    ActionView,
    AuthorityView,
    BlockedActionView,
    ExistingNameView,
    NameCheckView,
    NameReservationView,
    PartsView,
    ReasonView,
    StatementView,
)
from services.registration.names.service import Examined
from services.registration.names.verdicts import Authority, Level, Reason, Verdict

RESERVATION_FIELDS = tuple(
    name
    for name in NameReservationView.model_fields
    if name not in {"allowed_actions", "blocked_actions"}
)


def check_view(examined: Examined, suggestions: list[str]) -> NameCheckView:
    """The verdict with the parts it was reached from."""
    verdict = examined.verdict
    return NameCheckView(
        name=examined.parsed.written,
        outcome=verdict.outcome,
        parts=_parts_view(examined),
        reasons=[_reason_view(reason) for reason in verdict.reasons],
        promise=_statement_view(verdict),
        suggestions=suggestions,
        city_code=examined.city,
    )


def _parts_view(examined: Examined) -> PartsView:
    parsed = examined.parsed
    return PartsView(
        region=parsed.region,
        trade_name=parsed.trade_name,
        industry=parsed.industry,
        form=parsed.form.text,
        branch=parsed.branch,
        order=parsed.order,
        region_code=parsed.region_code or None,
        division=parsed.phrase.division or None,
        organization_forms=sorted(parsed.form.kinds),
    )


def _reason_view(reason: Reason) -> ReasonView:
    existing = None
    if reason.conflict:
        view = existing_view(reason.conflict.existing)
        existing = ExistingNameView(**view, likeness=reason.conflict.likeness)
    return ReasonView(
        code=reason.code,
        level=reason.level,
        legal_basis=reason.legal_basis,
        message=Label(zh=reason.zh, en=reason.en),
        part=reason.part or None,
        existing=existing,
        authority=_authority_view(reason.authority),
    )


def _authority_view(authority: Authority | None) -> AuthorityView | None:
    if authority is None:
        return None
    office = offices()[authority]
    return AuthorityView(
        code=authority,
        name=Label(zh=office.zh, en=office.en),
        how=Label(zh=office.how_zh, en=office.how_en),
        href=office.href or None,
    )


def _statement_view(verdict: Verdict) -> StatementView | None:
    similar = [r.conflict.existing.id for r in verdict.at(Level.PROMISE) if r.conflict]
    if not similar:
        return None
    return StatementView(text=Label(zh=TEXT_ZH, en=TEXT_EN), similar=[UUID(one) for one in similar])


def reservation_view(row: Any) -> NameReservationView:
    """A reservation with the moves that are open to its holder."""
    href = f"{PREFIX}/name-reservations/{row.id}/actions/release"
    allowed, blocked = [], []
    if row.state != "reserved":
        blocked.append(BlockedActionView(action="release", code="name_reservation_ended"))
    elif row.case_id is not None:
        blocked.append(BlockedActionView(action="release", code="name_reservation_in_use"))
    else:
        allowed.append(ActionView(action="release", requires=["If-Match"], href=href))
    values = {name: getattr(row, name) for name in RESERVATION_FIELDS}
    return NameReservationView(**values, allowed_actions=allowed, blocked_actions=blocked)
