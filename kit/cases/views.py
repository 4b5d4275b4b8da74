"""From a case's row to the reply that this reader may see."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from kit.cases import assigning, reading, service, standing, store
from kit.cases.makers import made_by
from kit.cases.schemas import (
    AllowedAction,
    AssignmentView,
    BlockedAction,
    CaseView,
    DeadlineView,
    TimelineEntry,
)
from kit.matters import Matter
from kit.schemas import Label

Connection = AsyncSession | AsyncConnection
Expander = Callable[[Connection, Any, Actor, Any], Awaitable[Any]]
"""(connection, case row, actor, app state) → what `?expand=` shows, checked for this actor."""


async def view_case(
    state: Any,
    connection: Connection,
    matters: Mapping[str, Matter],
    seen: reading.Seen,
    actor: Actor,
    *,
    expand: Collection[str] = (),
    expanders: Mapping[str, Expander] | None = None,
) -> CaseView:
    """The whole reply for one reader: masked form, next actions, clocks, and what was expanded."""
    row, clocks = seen.case, seen.clocks
    matter = matters[row.matter]
    relations = service.relations(row, actor, seen.roles)
    allowed, blocked = matter.workflow.offers(
        row.state, relations, row.facts, made=made_by(row, actor)
    )
    prefix = state.service.prefix
    expanded = {}
    for name, expander in (expanders or {}).items():
        if name in expand:
            expanded[name] = await expander(connection, row, actor, state)
    return CaseView(
        **{name: getattr(row, name) for name in reading.SUMMARY},
        form=service.sealer_for(state, matter).mask(row.form),
        submission=row.submission,
        facts=matter.handler.public_facts(row.facts),
        shown=matter.handler.shown(row.facts),
        labels=dict(matter.handler.labels(row)),
        decision=await standing.decision_of(connection, matter, row, state),
        correction=standing.correction_of(row.facts),
        relations=relations,
        promised_by=service.earliest(clocks, "promised"),
        statutory_by=service.earliest(clocks, "statutory"),
        answer_by=service.earliest(clocks, "answer"),
        allowed_actions=[
            AllowedAction(
                action=move.action,
                requires=move.requires,
                href=f"{prefix}/cases/{row.id}/actions/{move.action}",
            )
            for move in allowed
        ],
        blocked_actions=[
            BlockedAction(
                action=item.move.action,
                code=item.need.code,
                title=Label(zh=item.need.zh, en=item.need.en),
                legal_basis=item.need.legal_basis,
                opens_at=item.need.opens_at(row.facts) if item.need.opens_at else None,
            )
            for item in blocked
        ],
        assignment=await _assignment(connection, row, actor, relations),
        timeline=await _timeline(connection, row) if "timeline" in expand else None,
        deadlines=[_deadline(clock) for clock in clocks] if "deadlines" in expand else None,
        expanded=expanded,
    )


async def _assignment(
    connection: Connection, row: Any, actor: Actor, relations: list[str]
) -> AssignmentView | None:
    if not relations or relations != service.staff_relations(row, actor):
        return None
    holder = await assigning.holder_of(connection, row.id, actor.org)
    return AssignmentView(
        name=holder.name if holder else None,
        mine=holder is not None and holder.sub == actor.sub,
        allowed_actions=list(assigning.open_to(actor, holder)) if row.closed_at is None else [],
    )


async def _timeline(connection: Connection, row: Any) -> list[TimelineEntry]:
    return [
        TimelineEntry.model_validate(entry) for entry in await store.timeline(connection, row.id)
    ]


def _deadline(clock: Any) -> DeadlineView:
    return DeadlineView.model_validate(clock)
