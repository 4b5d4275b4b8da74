"""What a judgement about a name is made of: an outcome and its reasons.

Exists apart from rules.py so that rules read as rules. Every reason has a stable code, the clause
it rests on, and a sentence in both languages; nothing is refused without one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.registration.names.comparison import ExistingName, Likeness


class Level(StrEnum):
    """What a reason does to the name, weakest first."""

    INFO = "info"
    WARN = "warn"
    CAUTION = "caution"
    PROMISE = "promise"
    JUDGEMENT = "judgement"
    APPROVAL = "approval"
    BLOCK = "block"


class Outcome(StrEnum):
    """What the applicant may do with the name."""

    AVAILABLE = "available"
    CAUTION = "caution"
    PROMISE_REQUIRED = "promise_required"
    JUDGEMENT_REQUIRED = "judgement_required"
    APPROVAL_REQUIRED = "approval_required"
    BLOCKED = "blocked"


OUTCOMES = (
    (Level.BLOCK, Outcome.BLOCKED),
    (Level.APPROVAL, Outcome.APPROVAL_REQUIRED),
    (Level.JUDGEMENT, Outcome.JUDGEMENT_REQUIRED),
    (Level.PROMISE, Outcome.PROMISE_REQUIRED),
    (Level.CAUTION, Outcome.CAUTION),
)


class Authority(StrEnum):
    """Who decides what self-declaration cannot."""

    REGISTRATION = "registration"  # the officer of the seat, with the application to register
    REGULATOR = "regulator"  # the department that licenses the line of business
    PROVINCE = "province"
    NATIONAL = "national"
    STATE_COUNCIL = "state_council"


HIGHER = frozenset({Authority.PROVINCE, Authority.NATIONAL, Authority.STATE_COUNCIL})


@dataclass(frozen=True)
class Conflict:
    """An existing name that is in the way, and how it is alike."""

    existing: ExistingName
    likeness: Likeness


@dataclass(frozen=True)
class Reason:
    """One finding. `part` is the part of the name it is about, empty for the whole."""

    code: str
    level: Level
    legal_basis: str
    zh: str
    en: str
    part: str = ""
    conflict: Conflict | None = None
    authority: Authority | None = None


@dataclass(frozen=True)
class Verdict:
    """All reasons, and what they come to."""

    reasons: tuple[Reason, ...]

    @property
    def outcome(self) -> Outcome:
        """The strongest reason decides."""
        levels = {reason.level for reason in self.reasons}
        return next((o for level, o in OUTCOMES if level in levels), Outcome.AVAILABLE)

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Every existing name that some reason is about."""
        return tuple(reason.conflict for reason in self.reasons if reason.conflict)

    def at(self, level: Level) -> tuple[Reason, ...]:
        """The reasons of one level."""
        return tuple(reason for reason in self.reasons if reason.level is level)


def verdict_of(reasons: Iterable[Reason]) -> Verdict:
    """A verdict with its reasons in the order of their weight."""
    weight = list(Level)
    return Verdict(tuple(sorted(reasons, key=lambda reason: -weight.index(reason.level))))
