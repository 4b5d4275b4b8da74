"""What a department can answer, as values. Nothing here knows HTTP or the database."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """Taken in, decided later. `poll_after_seconds`: when to look, if it says."""

    external_id: str
    poll_after_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Receipted:
    """Done: the department's receipt (回执)."""

    external_id: str
    receipt_number: str
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """Decided against. `reason` is the department's own sentence."""

    external_id: str
    reason_code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Not even taken in: the content does not pass the counter, repeating it is no use."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Unsure:
    """No usable answer: it may or may not have been taken in, so the same reference goes again."""

    code: str
    retry_after_seconds: float | None = None


Answer = Accepted | Receipted | Rejected | Refused | Unsure
