"""Who of a department has a case on the desk: taken over, handed to a colleague, given back.

It says who works on it and stops nobody who may decide: the law's roles are the workflow's. Each change is a
row of the case's timeline with the next version, so two takers never both win and the history cannot be
rewritten. Whom somebody hands to is read off a pass that the issuer signed, never off what a caller says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor, actor_from_claims
from kit.cases import service
from kit.cases.errors import (
    CaseAssigned,
    ColleagueCannotHandle,
    IllegalTransition,
    NotAssigned,
    NotYourMove,
)
from kit.errors import FieldError, InvalidRequest, NotAuthenticated
from kit.matters import CaseContext
from kit.tables import case_assignments as rows

Connection = AsyncSession | AsyncConnection
Action = Literal["take_over", "hand_over", "give_back"]
HEAD = "head"


@dataclass(frozen=True)
class Holder:
    """Who of a department has the case."""

    sub: str
    name: str


async def holder_of(connection: Connection, case_id: UUID, department: str | None) -> Holder | None:
    """Who of this department has the case on the desk."""
    query = select(rows.c.officer_sub, rows.c.officer_name).where(
        rows.c.case_id == case_id, rows.c.department == department
    )
    found = (await connection.execute(query)).first()
    return Holder(found.officer_sub, found.officer_name) if found else None


def serves(context: CaseContext, actor: Actor) -> bool:
    """Whether somebody works on the case as staff of its department and region, and is not part of it."""
    staff = service.staff_relations(context.case, actor)
    return bool(staff) and service.relations_of(context, actor) == staff


def open_to(actor: Actor, holder: Holder | None) -> list[Action]:
    """What whoever serves the case may do with it. A head moves what a colleague has."""
    mine = holder is not None and holder.sub == actor.sub
    found: list[Action] = []
    if holder is None or (actor.has(HEAD) and not mine):
        found.append("take_over")
    if mine or actor.has(HEAD):
        found.append("hand_over")
    if holder is not None and (mine or actor.has(HEAD)):
        found.append("give_back")
    return found


async def assign(
    context: CaseContext,
    action: Action,
    *,
    version: int,
    to: str | None = None,
    reason: str | None = None,
) -> None:
    """One change of who has the case. Raises NotYourMove 403, CaseAssigned 409 with who has it, NotAssigned
    409, StaleEtag 412, ColleagueCannotHandle 422."""
    actor, department = context.actor, context.actor.org
    if department is None or not serves(context, actor):
        raise NotYourMove(extra={"action": action})
    holder = await holder_of(context.session, context.case.id, department)
    unseen = action == "take_over" and context.case.version != version
    if action not in open_to(actor, holder) or (holder and unseen):
        raise CaseAssigned.to(holder.name) if holder else NotAssigned
    service.require_version(context.case, version)
    state = context.case.state
    if context.matter.workflow.is_closed(state):
        raise IllegalTransition(extra={"action": action, "state": state})
    receiver: Holder | None = None
    if action == "take_over":
        receiver = Holder(actor.sub, actor.name or actor.sub)
    elif action == "hand_over":
        receiver = await _colleague(context, to)
    await _keep(context, department, receiver)
    context.reason = reason
    context.move_data = {"department": department, "to": receiver.name if receiver else None}
    await context.emit(
        f"{context.state.service.name}.case.moved.v1",
        service.moved(context, action=action, source=state, target=state),
        audience=_audience(context, department, receiver if action == "hand_over" else None),
    )
    await service.write_move(context, action=action, source=state, target=state)


def _audience(context: CaseContext, department: str, receiver: Holder | None) -> tuple[str, ...]:
    """The department's staff of the region, and who has just been given the case."""
    given = (f"sub:{receiver.sub}",) if receiver else ()
    return ("staff", f"staff:{department}:{context.case.region_code}", *given)


async def _colleague(context: CaseContext, given: str | None) -> Holder:
    """Whom a pass names, where they may handle this very case."""
    if not given:
        raise InvalidRequest(errors=[FieldError(pointer="/to", code="missing")])
    try:
        colleague = actor_from_claims(await context.state.colleagues.verify(given))
    except NotAuthenticated as error:
        raise ColleagueCannotHandle(errors=[_refused("pass_not_valid")]) from error
    if colleague.org != context.actor.org or not serves(context, colleague):
        raise ColleagueCannotHandle(errors=[_refused("colleague_cannot_handle")])
    return Holder(colleague.sub, colleague.name or colleague.sub)


def _refused(code: str) -> FieldError:
    return FieldError(pointer="/to", code=code)


async def _keep(context: CaseContext, department: str, receiver: Holder | None) -> None:
    here = (rows.c.case_id == context.case.id, rows.c.department == department)
    if receiver is None:
        await context.session.execute(delete(rows).where(*here))
        return
    values: Mapping[str, Any] = {
        "officer_sub": receiver.sub,
        "officer_name": receiver.name,
        "since": context.now,
    }
    statement = insert(rows).values(case_id=context.case.id, department=department, **values)
    await context.session.execute(
        statement.on_conflict_do_update(index_elements=["case_id", "department"], set_=values)
    )
