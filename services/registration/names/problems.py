"""From a verdict to the problem that a caller gets.

Exists apart from rules.py, which know no HTTP, and from errors.py, which only state facts.
"""

from typing import Any

from kit.errors import FieldError
from services.registration.names.comparison import ExistingName, NameState
from services.registration.names.errors import (
    NameNeedsApproval,
    NameNeedsReview,
    NameNotAllowed,
    NameTaken,
)
from services.registration.names.verdicts import Level, Reason, Verdict

PREFIX = "/api/registration/v1"


def existing_view(existing: ExistingName) -> dict[str, Any]:
    """The resource in the way: a reservation, or an enterprise of the register."""
    reserved = existing.state is NameState.RESERVED
    href = (
        f"{PREFIX}/name-reservations/{existing.id}"
        if reserved
        else f"{PREFIX}/entities/{existing.reference}"
    )
    return {
        "href": href,
        "id": existing.id,
        "reference": existing.reference,
        "name": existing.key.written,
        "state": existing.state.value,
    }


def field_error(reason: Reason) -> FieldError:
    """One reason as a wrong place of the request."""
    values: dict[str, Any] = {"legal_basis": reason.legal_basis, "part": reason.part}
    if reason.conflict:
        values["existing"] = existing_view(reason.conflict.existing)
        values["likeness"] = reason.conflict.likeness.value
    return FieldError(
        pointer="/name", code=reason.code, detail=f"{reason.zh} / {reason.en}", values=values
    )


def reasons_of(verdict: Verdict, level: Level) -> dict[str, Any]:
    """Keyword arguments of a Problem: its details, its errors, the first name in the way."""
    reasons = verdict.at(level)
    conflict = next((reason.conflict for reason in reasons if reason.conflict), None)
    return {
        "detail_zh": "；".join(reason.zh for reason in reasons),
        "detail_en": "; ".join(reason.en for reason in reasons),
        "errors": [field_error(reason) for reason in reasons],
        "existing": existing_view(conflict.existing) if conflict else None,
    }


def refuse_unless_allowed(verdict: Verdict, *, for_review: bool) -> None:
    """Raises NameNotAllowed, NameNeedsApproval or NameNeedsReview for what a name is by itself."""
    if verdict.at(Level.BLOCK):
        raise NameNotAllowed(**reasons_of(verdict, Level.BLOCK))
    if verdict.at(Level.APPROVAL):
        raise NameNeedsApproval(**reasons_of(verdict, Level.APPROVAL))
    if verdict.at(Level.JUDGEMENT) and not for_review:
        raise NameNeedsReview(**reasons_of(verdict, Level.JUDGEMENT))


def refuse_when_taken(verdict: Verdict) -> None:
    """Raises NameTaken when an identical name exists."""
    if verdict.at(Level.BLOCK):
        raise NameTaken(**reasons_of(verdict, Level.BLOCK))


def recorded(verdict: Verdict) -> list[dict[str, Any]]:
    """The reasons as they are kept with a reservation."""
    return [
        {"code": reason.code, "level": reason.level, "legal_basis": reason.legal_basis,
         "zh": reason.zh, "en": reason.en, "part": reason.part}
        for reason in verdict.reasons
    ]  # fmt: skip
