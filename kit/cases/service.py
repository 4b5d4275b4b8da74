"""The use cases of a case: create it, edit its form, make a move, look at it.

Each move writes in one transaction: the case with `version + 1`, one timeline row, its deadlines, one
outbox row. Nothing here knows what a matter is about.
"""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import SYSTEM, Actor
from kit.cases import reading, store
from kit.cases.context import CaseContext, CaseState
from kit.cases.errors import (
    ActionBlocked,
    FormNotEditable,
    IllegalTransition,
    NotYourMove,
    UnknownAction,
    UnknownMatter,
)
from kit.cases.schemas import CheckView
from kit.deadlines import Clockwork
from kit.errors import FieldError, InvalidRequest, NotFound, StaleEtag
from kit.forms import draft_errors, form_errors
from kit.matters import Matter
from kit.problems import field_errors
from kit.sealing import SEALED, Sealer, is_sealed
from kit.workflow import Move, first_missing

Matters = Mapping[str, Matter]


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
    return CaseState(**row._mapping)


async def relations_of(
    connection: AsyncSession | AsyncConnection, case: Any, actor: Actor
) -> list[str]:
    """In which relations the actor stands to the case; asks the database for the party roles."""
    roles = await store.party_roles(connection, case.id, actor.person)
    return relations(case, actor, roles)


def relations(case: Any, actor: Actor, party_roles: Sequence[str]) -> list[str]:
    """The relations from what is known: applicant, party roles, officer, head, system.

    Whoever is applicant or a party is not also its officer: nobody decides in their own matter (公务员法
    art. 76, 回避).
    """
    if actor.has("system"):
        return ["system"]
    found = []
    if case.applicant_sub == actor.sub or (
        case.applicant_org and case.applicant_org == actor.org and actor.has("portal")
    ):
        found.append("applicant")
    found += party_roles
    if not found and any(case.region_code.startswith(prefix) for prefix in actor.region_prefixes):
        found += [role for role in reading.STAFF if actor.has(role)]
    return found


def form_digest(stored: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical form; a personal number counts by its keyed hash, not its ciphertext."""

    def plain(value: Any) -> Any:
        if is_sealed(value):
            return {key: item for key, item in value.items() if key != SEALED}
        if isinstance(value, Mapping):
            return {key: plain(item) for key, item in value.items()}
        return [plain(item) for item in value] if isinstance(value, list) else value

    body = orjson.dumps(plain(stored), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(body).hexdigest()


async def create_case(
    state: Any,
    session: AsyncSession,
    matters: Matters,
    actor: Actor,
    *,
    matter_code: str,
    region_code: str | None,
    form: Mapping[str, Any],
) -> CaseContext:
    """A new draft. Raises UnknownMatter, InvalidRequest."""
    matter = matter_of(matters, matter_code)
    _refuse_bad_draft(matter, form)
    context = _new_context(state, session, matter, actor, region_code=region_code, form=form)
    case = context.case
    today = context.today.strftime("%Y%m%d")
    case.reference = await store.next_reference(session, matter.reference_prefix, today)
    await store.insert_case(session, vars(case))
    entry = _timeline_row(context, action="create", source="", target=case.state, version=1)
    await store.append_timeline(session, entry)
    await matter.handler.edited(context)
    await _flush_parties(context)
    return context


def _new_context(
    state: Any,
    session: AsyncSession,
    matter: Matter,
    actor: Actor,
    *,
    region_code: str | None,
    form: Mapping[str, Any],
) -> CaseContext:
    now = state.clock.now()
    stored = sealer_for(state, matter).seal(form)
    case = CaseState(
        id=uuid.uuid4(),
        reference="",
        matter=matter.code,
        state=matter.workflow.initial,
        version=1,
        title=matter.handler.title(stored),
        applicant_sub=actor.sub,
        applicant_person=actor.person,
        applicant_org=actor.org,
        region_code=matter.handler.region(stored) or region_code or "000000",
        form=stored,
        facts={},
        submission=0,
        due_on=None,
        created_at=now,
        updated_at=now,
        submitted_at=None,
        closed_at=None,
    )
    return context_of(state, session, matter, case, actor)


def _refuse_bad_draft(matter: Matter, form: Mapping[str, Any]) -> None:
    wrong = draft_errors(matter.form, form)
    if wrong:
        raise InvalidRequest(
            errors=[e.model_copy(update={"pointer": f"/form{e.pointer}"}) for e in wrong]
        )


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
    if if_match is not None and row.version != if_match:
        present = {"id": str(row.id), "version": row.version, "state": row.state}
        raise StaleEtag(extra={"current": present}, headers={"ETag": f'"{row.version}"'})
    return context_of(state, session, matters[row.matter], case_state(row), actor)


async def edit_form(context: CaseContext, sent: Mapping[str, Any]) -> None:
    """Replaces the draft form. Raises NotYourMove, FormNotEditable, InvalidRequest."""
    case, matter = context.case, context.matter
    if "applicant" not in await relations_of(context.session, case, context.actor):
        raise NotYourMove
    if case.state not in matter.editable_in:
        raise FormNotEditable(extra={"state": case.state})
    form = context.sealer.restore(sent, case.form)
    _refuse_bad_draft(matter, form)
    case.form = context.sealer.seal(form)
    case.title = matter.handler.title(case.form)
    case.region_code = matter.handler.region(case.form) or case.region_code
    source = case.state
    await matter.handler.edited(context)
    await _write(context, action="edit", source=source, target=case.state)


async def check_case(context: CaseContext) -> CheckView:
    """What submitting would say about the present form."""
    found = form_errors(context.matter.form, context.sealer.open(context.case.form))
    if not found:
        found = await context.matter.handler.findings(context, context.opened())
    return CheckView(complete=not found, findings=found)


async def check_unsaved(
    state: Any,
    session: AsyncSession,
    matters: Matters,
    actor: Actor,
    *,
    matter_code: str,
    form: Mapping[str, Any],
) -> CheckView:
    """`validate_only`: the findings of a form that is not stored anywhere."""
    matter = matter_of(matters, matter_code)
    _refuse_bad_draft(matter, form)
    context = _new_context(state, session, matter, actor, region_code=None, form=form)
    return await check_case(context)


async def act(context: CaseContext, action: str, body: Mapping[str, Any]) -> None:
    """Makes a move and the system's moves that follow from it, all in this transaction.

    Raises UnknownAction 404, NotYourMove 403, IllegalTransition 409, ActionBlocked 409, InvalidRequest.
    """
    relations = await relations_of(context.session, context.case, context.actor)
    await _perform(context, action, body, relations)
    caller = context.actor
    while context.follow_ups:
        next_action, next_body = context.follow_ups.pop(0)
        context.actor, context.reason, context.move_data = SYSTEM, None, {}
        await _perform(context, next_action, next_body, ["system"])
    context.actor = caller


async def _perform(
    context: CaseContext, action: str, body: Mapping[str, Any], relations: list[str]
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
    _refuse_blocked(move, case.facts)
    payload = _payload(move, body)
    context.reason = getattr(payload, "reason", None) or context.reason
    effect = context.matter.handler.effects.get(action)
    if effect is not None:
        await effect(context, payload)
    await _write(context, action=action, source=case.state, target=move.target, move=move)


def _refuse_blocked(move: Move, facts: Mapping[str, Any]) -> None:
    need = first_missing(move, facts)
    if need is None:
        return
    opens_at = need.opens_at(facts) if need.opens_at else None
    raise ActionBlocked(
        detail_zh=need.zh,
        detail_en=need.en,
        errors=[FieldError(pointer="", code=need.code)],
        extra={"legal_basis": need.legal_basis, "opens_at": opens_at},
    )


def _payload(move: Move, body: Mapping[str, Any]) -> BaseModel | None:
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


async def _write(
    context: CaseContext, *, action: str, source: str, target: str, move: Move | None = None
) -> None:
    case, session = context.case, context.session
    if move is not None:
        clockwork = Clockwork(session, case.id, context.today, context.calendar)
        case.due_on = await clockwork.advance(context.matter.workflow, move, source, target)
        if context.matter.workflow.is_closed(target):
            case.closed_at = context.now
        moved = CaseMoved(
            case_id=case.id,
            reference=case.reference,
            matter=case.matter,
            action=action,
            source=source,
            target=target,
            version=case.version + 1,
        )
        service = context.state.service.name
        await context.emit(f"{service}.case.moved.v1", moved, audience=audience_of(context))
    case.state, case.updated_at = target, context.now
    row = _timeline_row(
        context, action=action, source=source, target=target, version=case.version + 1
    )
    await store.append_timeline(session, row)
    changed = {k: v for k, v in vars(case).items() if k not in ("id", "version", "reference")}
    if not await store.update_case(session, case.id, case.version, changed):
        raise StaleEtag
    case.version += 1
    await _flush_parties(context)


def audience_of(context: CaseContext) -> tuple[str, ...]:
    """Who may see events about a case: its applicant and the staff."""
    case = context.case
    mine = [f"sub:{case.applicant_sub}", "staff"]
    return tuple(mine + ([f"person:{case.applicant_person}"] if case.applicant_person else []))


async def _flush_parties(context: CaseContext) -> None:
    if context.parties is not None:
        await store.set_parties(context.session, context.case.id, context.parties)
        context.parties = None


def _timeline_row(
    context: CaseContext, *, action: str, source: str, target: str, version: int
) -> dict[str, Any]:
    actor = context.actor
    role = "system" if actor.has("system") else next(iter(sorted(actor.roles)), "unknown")
    return {
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


async def freeze_submission(context: CaseContext) -> str:
    """Keeps the present form as the next immutable submission; returns its digest."""
    case = context.case
    case.submission += 1
    case.submitted_at = context.now
    digest = form_digest(case.form)
    values = {
        "case_id": case.id,
        "number": case.submission,
        "form": case.form,
        "digest": digest,
        "submitted_at": context.now,
        "submitted_by": context.actor.sub,
    }
    await store.insert_submission(context.session, values)
    return digest


def earliest(rows: Sequence[Any], kind: str) -> date | None:
    """The earliest live due date of one kind of deadline."""
    live = [r.due_on for r in rows if r.kind == kind and r.status in ("running", "paused")]
    return min(live, default=None)
