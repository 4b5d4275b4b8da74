"""The use cases of a case: create it, edit its form, make a move, look at it.

Each move writes in one transaction: the case with `version + 1`, one timeline row, its deadlines, one
outbox row. Nothing here knows what a matter is about.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from kit.auth import SYSTEM, Actor
from kit.cases import reading, store
from kit.cases.errors import (
    ActionBlocked,
    IllegalTransition,
    NotYourMove,
    UnknownAction,
    UnknownMatter,
)
from kit.cases.makers import made_by, remember
from kit.deadlines import Clockwork
from kit.errors import FieldError, InvalidRequest, NotFound, StaleEtag
from kit.matters import CaseContext, CaseState, Matter
from kit.problems import field_errors
from kit.sealing import Sealer
from kit.workflow import Move, first_missing

Matters = Mapping[str, Matter]
PROVINCE_DIGITS = 2


class CaseMoved(BaseModel):
    """`<service>.case.moved.v1`: a case changed its state. Ids only; ask the API for the rest."""

    case_id: UUID
    reference: str
    matter: str
    action: str
    source: str
    target: str
    version: int


def matter_of(matters: Matters, code: str) -> Matter:
    if code not in matters:
        raise UnknownMatter(
            errors=[FieldError(pointer="/matter", code="unknown_matter", values={"matter": code})]
        )
    return matters[code]


def sealer_for(state: Any, matter: Matter) -> Sealer:
    return Sealer(matter.form, state.vault, state.settings.person_key.get_secret_value())


def context_of(
    state: Any, session: AsyncSession, matter: Matter, case: CaseState, actor: Actor
) -> CaseContext:
    return CaseContext(
        session=session,
        case=case,
        matter=matter,
        actor=actor,
        now=state.clock.now(),
        today=state.clock.today(),
        calendar=state.calendar,
        sealer=sealer_for(state, matter),
        state=state,
    )


def case_state(row: Any) -> CaseState:
    return CaseState(**vars(row))


def relations_of(context: CaseContext, actor: Actor | None = None) -> list[str]:
    """In which relations somebody, by default the context's actor, stands to its case."""
    actor = actor or context.actor
    mine = set(actor.principals)
    roles = [role for principal, role in context.present_parties if principal in mine]
    return relations(context.case, actor, list(dict.fromkeys(roles)))


def relations(case: Any, actor: Actor, party_roles: Sequence[str]) -> list[str]:
    """The relations from what is known: applicant, party roles, the staff's, system.

    An officer of the case's lead department is `officer` (or `head`), one of a joint department
    `<department>_officer`. Each is also `local_…` or, where they serve the whole province,
    `provincial_…`, so that a local review stays local.

    Whoever is applicant, a party or otherwise involved (`facts["involved"]`, person hashes) is not also its
    officer: nobody decides in their own matter (公务员法 art. 76, 回避).
    """
    if actor.has("system"):
        return ["system"]
    found = []
    if is_applicant(case, actor):
        found.append("applicant")
    found += party_roles
    involved = actor.person is not None and actor.person in case.facts.get("involved", ())
    if found or involved:
        return found
    return staff_relations(case, actor)


def is_applicant(case: Any, actor: Actor) -> bool:
    """Who created the case, or anybody of the organisation that it was created for."""
    if case.applicant_org:
        return bool(case.applicant_org == actor.organisation)
    return bool(case.applicant_sub == actor.sub)


def staff_relations(case: Any, actor: Actor) -> list[str]:
    """The relations of somebody of its departments in its region, whatever else they are to the case."""
    serving = [p for p in actor.region_prefixes if case.region_code.startswith(p)]
    if not serving or actor.org not in case.departments:
        return []
    roles = [role for role in reading.STAFF if actor.has(role)]
    if actor.org != case.departments[0]:
        roles = [f"{actor.org}_{role}" for role in roles]
    provincial = any(len(prefix) == PROVINCE_DIGITS for prefix in serving)
    level = "provincial" if provincial else "local"
    return roles + [f"{level}_{role}" for role in roles]


async def load(
    state: Any,
    session: AsyncSession,
    matters: Matters,
    actor: Actor,
    case_id: UUID,
    *,
    if_match: int | None,
) -> CaseContext:
    """The case, locked for this transaction. Raises NotFound, StaleEtag (with the present version)."""
    row = await reading.find_case(session, case_id, actor, lock=True)
    if row is None:
        raise NotFound
    if if_match is not None:
        require_version(row, if_match)
    context = context_of(state, session, matters[row.matter], case_state(row), actor)
    context.present_parties, context.head = await store.around(session, case_id)
    return context


def require_version(case: Any, version: int) -> None:
    """Raises StaleEtag, with the present version, where the caller saw another one."""
    if case.version != version:
        present = {"id": str(case.id), "version": case.version, "state": case.state}
        raise StaleEtag(extra={"current": present}, headers={"ETag": f'"{case.version}"'})


async def act(context: CaseContext, action: str, body: Mapping[str, Any] | BaseModel) -> None:
    """Makes a move and the system's moves that follow from it, all in this transaction. A body that its route
    has read as what the move takes is not read again.

    Raises UnknownAction 404, NotYourMove 403, IllegalTransition 409, ActionBlocked 409, InvalidRequest.
    """
    relations = relations_of(context)
    await _perform(context, action, body, relations)
    caller = context.actor
    while context.follow_ups:
        next_action, next_body = context.follow_ups.pop(0)
        context.actor, context.reason, context.move_data = SYSTEM, None, {}
        await _perform(context, next_action, next_body, ["system"])
    context.actor = caller


async def _perform(
    context: CaseContext, action: str, body: Mapping[str, Any] | BaseModel, relations: list[str]
) -> None:
    case, workflow = context.case, context.matter.workflow
    if action not in workflow.actions():
        raise UnknownAction(extra={"action": action})
    if not any(set(m.by) & set(relations) for m in workflow.moves if m.action == action):
        raise NotYourMove(extra={"action": action})
    move = workflow.find(action, case.state)
    if move is None:
        raise IllegalTransition(extra={"action": action, "state": case.state})
    if not set(move.by) & set(relations):
        raise NotYourMove(extra={"action": action})
    need = first_missing(move, case.facts, made=made_by(case, context.actor))
    if need is not None:
        raise ActionBlocked.by(need, case.facts)
    payload = _payload(move, body)
    context.reason = getattr(payload, "reason", None) or context.reason
    effect = context.matter.handler.effects.get(action)
    if effect is not None:
        await effect(context, payload)
    remember(context, action)
    await write_move(context, action=action, source=case.state, target=move.target, move=move)


def _payload(move: Move, given: Mapping[str, Any] | BaseModel) -> BaseModel | None:
    if move.takes is not None and isinstance(given, move.takes):
        return given
    body = given.model_dump(mode="json") if isinstance(given, BaseModel) else given
    if move.takes is None:
        if body:
            unknown = [FieldError(pointer=f"/{name}", code="extra_forbidden") for name in body]
            raise InvalidRequest(errors=unknown)
        return None
    try:
        return move.takes.model_validate(dict(body))
    except ValidationError as error:
        items = ({**e, "loc": ("body", *e["loc"])} for e in error.errors(include_url=False))
        raise InvalidRequest(errors=field_errors(items)) from error


async def write_move(
    context: CaseContext, *, action: str, source: str, target: str, move: Move | None = None
) -> None:
    case, session = context.case, context.session
    if move is not None:
        clockwork = Clockwork(session, case.id, context.today, context.calendar)
        case.due_on = await clockwork.advance(context.matter.workflow, move, source, target)
        if context.matter.workflow.is_closed(target):
            case.closed_at = context.now
        service = context.state.service.name
        said = moved(context, action=action, source=source, target=target)
        await context.emit(f"{service}.case.moved.v1", said, audience=audience_of(context))
    case.state, case.updated_at = target, context.now
    row = timeline_row(
        context, action=action, source=source, target=target, version=case.version + 1
    )
    if not await store.move_case(session, vars(case), row):
        raise StaleEtag
    case.version += 1
    await flush_parties(context)


def moved(context: CaseContext, *, action: str, source: str, target: str) -> CaseMoved:
    """The event of the version that the case is about to have."""
    case = context.case
    return CaseMoved(
        case_id=case.id,
        reference=case.reference,
        matter=case.matter,
        action=action,
        source=source,
        target=target,
        version=case.version + 1,
    )


def audience_of(context: CaseContext) -> tuple[str, ...]:
    """Who may see events about a case: its applicant, its parties, the province's staff, and once it is
    submitted the officers of its departments in its region."""
    case = context.case
    mine = [*case.applicants, "staff"]
    if case.submitted_at is not None:
        mine += [f"staff:{code}:{case.region_code}" for code in case.departments]
    parties = context.present_parties if context.parties is None else context.parties
    return tuple(dict.fromkeys(mine + [principal for principal, _ in parties]))


async def flush_parties(context: CaseContext) -> None:
    if context.parties is not None:
        await store.set_parties(context.session, context.case.id, context.parties)
        context.present_parties, context.parties = context.parties, None


def timeline_row(
    context: CaseContext, *, action: str, source: str, target: str, version: int
) -> dict[str, Any]:
    """The next row of the case's timeline, chained to the one before it."""
    actor = context.actor
    role = "system" if actor.has("system") else next(iter(sorted(actor.roles)), "unknown")
    row = {
        "case_id": context.case.id,
        "sequence": version,
        "at": context.now,
        "actor_sub": actor.sub,
        "actor_role": role,
        "action": action,
        "source": source,
        "target": target,
        "reason": context.reason,
        "data": dict(context.move_data),
    }
    chained = store.chained(context.head, row)
    context.head = chained["hash"]
    return chained


def earliest(rows: Sequence[Any], kind: str) -> date | None:
    """The earliest live due date of one kind of deadline."""
    live = [r.due_on for r in rows if r.kind == kind and r.status in ("running", "paused")]
    return min(live, default=None)
