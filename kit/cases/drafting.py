"""Before a case moves: creating it, editing its form, saying what is still wrong, freezing a submission.

A draft may lack fields, but what is there must be right. Nothing here changes a case's state but by the
handler's own wish after an edit.
"""

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from kit import corrections
from kit.auth import Actor
from kit.cases import reading, store
from kit.cases.errors import FormNotEditable, NotYourMove
from kit.cases.schemas import CheckView
from kit.cases.service import (
    Matters,
    context_of,
    flush_parties,
    is_applicant,
    matter_of,
    relations_of,
    sealer_for,
    timeline_row,
    write_move,
)
from kit.errors import InvalidRequest, NotFound
from kit.forms import form_errors
from kit.matters import CaseContext, CaseState, Matter
from kit.partial import read_draft
from kit.sealing import comparable


def form_digest(stored: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical form; a personal number counts by its keyed hash, not its ciphertext."""
    body = orjson.dumps(comparable(stored), option=orjson.OPT_SORT_KEYS)
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
    like: UUID | None = None,
) -> CaseContext:
    """A new draft, with the answers of the earlier case that it is `like`. Raises UnknownMatter,
    InvalidRequest, NotFound."""
    matter = matter_of(matters, matter_code)
    if like is not None:
        form = {**await _answers_of(state, session, matter, actor, like), **form}
    form = _read_draft(matter, form)
    context = _new_context(state, session, matter, actor, region_code=region_code, form=form)
    case = context.case
    await matter.handler.edited(context)
    case.reference = f"{matter.reference_prefix}{context.today:%Y%m%d}-"
    row = timeline_row(context, action="create", source="", target=case.state, version=1)
    case.reference = await store.begin_case(session, vars(case), row)
    await flush_parties(context)
    return context


async def _answers_of(
    state: Any, session: AsyncSession, matter: Matter, actor: Actor, case_id: UUID
) -> dict[str, Any]:
    """The opened form of an earlier case of this very applicant, for a new case of theirs."""
    row = await reading.find_case(session, case_id, actor)
    if row is None or row.matter != matter.code or not is_applicant(row, actor):
        raise NotFound
    return sealer_for(state, matter).open(row.form)


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
        applicant_org=actor.organisation,
        region_code=matter.handler.region(stored) or region_code or "000000",
        departments=[matter.department, *matter.joint_departments],
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


def _read_draft(matter: Matter, form: Mapping[str, Any]) -> dict[str, Any]:
    """The draft in the spellings that are stored. Raises InvalidRequest."""
    read, wrong = read_draft(matter.form, form)
    if wrong:
        raise InvalidRequest(
            errors=[e.model_copy(update={"pointer": f"/form{e.pointer}"}) for e in wrong]
        )
    return read


async def edit_form(context: CaseContext, sent: Mapping[str, Any]) -> None:
    """Replaces the draft form. Raises NotYourMove, FormNotEditable, InvalidRequest."""
    case, matter = context.case, context.matter
    if "applicant" not in relations_of(context):
        raise NotYourMove
    if case.state not in matter.editable_in:
        raise FormNotEditable(extra={"state": case.state})
    form = _read_draft(matter, context.sealer.restore(sent, case.form))
    case.form = context.sealer.seal(form)
    case.title = matter.handler.title(case.form)
    case.region_code = matter.handler.region(case.form) or case.region_code
    source = case.state
    await matter.handler.edited(context)
    await write_move(context, action="edit", source=source, target=case.state)


async def check_case(context: CaseContext) -> CheckView:
    """What submitting would say about the present form."""
    found = form_errors(context.matter.form, context.sealer.open(context.case.form))
    if not found:
        found = await context.matter.handler.findings(context, context.opened())
    found = [*found, *await corrections.unanswered(context)]
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
    form = _read_draft(matter, form)
    context = _new_context(state, session, matter, actor, region_code=None, form=form)
    return await check_case(context)


async def freeze_submission(context: CaseContext) -> str:
    """Keeps the present form as the next immutable submission; returns its digest."""
    case = context.case
    case.submission += 1
    case.submitted_at = context.now
    corrections.answered(case.facts, submission=case.submission)
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
