"""What an effect or a rule of a matter may touch while a case moves."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from kit.auth import Actor
from kit.cases.store import GENESIS
from kit.matters import Matter
from kit.outbox import Event, emit
from kit.sealing import Sealer
from kit.workdays import WorkCalendar


@dataclass
class CaseState:
    """The case while it moves. Effects change `facts`, `title` and `region_code`; the mechanism the rest.

    `form` is the stored form: personal numbers are sealed.
    """

    id: UUID
    reference: str
    matter: str
    state: str
    version: int
    title: str
    applicant_sub: str
    applicant_person: str | None
    applicant_org: str | None
    region_code: str
    departments: list[str]
    form: dict[str, Any]
    facts: dict[str, Any]
    submission: int
    due_on: date | None
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    closed_at: datetime | None


@dataclass
class CaseContext:
    """One case, one caller, one transaction, one instant of business time."""

    session: AsyncSession
    case: CaseState
    matter: Matter
    actor: Actor
    now: datetime
    today: date
    calendar: WorkCalendar
    sealer: Sealer
    state: Any
    reason: str | None = None
    move_data: dict[str, Any] = field(default_factory=dict)
    follow_ups: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    present_parties: list[tuple[str, str]] = field(default_factory=list)
    head: str = GENESIS
    parties: list[tuple[str, str]] | None = None
    """(principal, role) pairs that replace the present ones; `person:<hash>` or `org:<code>`."""

    def opened(self) -> BaseModel:
        """The form with its personal numbers, validated. For rules and effects; never logged."""
        return self.matter.form.model_validate(self.sealer.open(self.case.form))

    def then(self, action: str, **body: Any) -> None:
        """The system makes this move next, in the same transaction."""
        self.follow_ups.append((action, body))

    async def emit(
        self, type_: str, data: BaseModel, *, audience: tuple[str, ...] = ("staff",)
    ) -> None:
        """An event about this case, ordered by the version that this move will have."""
        event = Event(
            type=type_,
            aggregate=(self.matter.aggregate, str(self.case.id)),
            sequence=self.case.version + 1,
            data=data,
            audience=audience,
            occurred_at=self.now,
        )
        await emit(self.session, event)
