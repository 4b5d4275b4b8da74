"""Who books at a loan, in which transaction, at which instant of business time."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from kit.auth import Actor
from kit.matters import CaseContext


@dataclass(frozen=True)
class Desk:
    """One transaction and one business instant. `actor_sub` is who stands in the entry."""

    session: AsyncSession
    now: datetime
    today: date
    actor_sub: str


def desk_for(state: Any, session: AsyncSession, actor: Actor) -> Desk:
    """The desk of a request or a job: `state` is the app's or the worker's."""
    return Desk(session, state.clock.now(), state.clock.today(), actor.sub)


def desk_of(context: CaseContext) -> Desk:
    """The desk of a case that moves, in that move's transaction."""
    return Desk(context.session, context.now, context.today, context.actor.sub)
