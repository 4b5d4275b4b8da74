"""Who gives public money, in which transaction, at which instant of business time."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from kit.auth import Actor
from kit.workdays import WorkCalendar


@dataclass(frozen=True)
class Desk:
    """One person's transaction at one business instant."""

    session: AsyncSession
    actor: Actor
    now: datetime
    today: date
    calendar: WorkCalendar


def desk_for(state: Any, session: AsyncSession, actor: Actor) -> Desk:
    """The desk of a request, a sweep or a seed: `state` is the app's or the worker's."""
    return Desk(session, actor, state.clock.now(), state.clock.today(), state.calendar)
