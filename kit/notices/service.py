"""The use cases of publicity: publish, object, decide, close. Each is a row of the case's own timeline."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit.auth import SYSTEM, Actor
from kit.cases import service as cases
from kit.cases.errors import ActionBlocked, NotYourMove
from kit.cases.makers import may_answer, remember
from kit.errors import NotFound, StaleEtag
from kit.matters import CaseContext, FactView, Matter
from kit.notices import store
from kit.notices.errors import AlreadyObjected, NoticeClosed, ObjectionByParty, ObjectionDecided
from kit.workflow import ANSWER_OBJECTION, SAME_PERSON, Facts, Need


def _none_open(facts: Facts) -> bool:
    return not facts.get("open_objections")


def _none_upheld(facts: Facts) -> bool:
    return not facts.get("objection_upheld")


ANSWERERS = ("officer", "head")
NO_OPEN_OBJECTION = Need(
    "objection_open", _none_open, "尚有未处理的异议", "An objection has not been decided yet"
)
NO_UPHELD_OBJECTION = Need(
    "objection_upheld", _none_upheld, "异议成立，不能继续", "An objection was upheld"
)


def upheld_objection(zh: str, en: str) -> Need:
    """After publicity only an upheld objection stops the matter; the words say what it would be."""

    def holds(facts: Facts) -> bool:
        return not _none_upheld(facts)

    return Need("no_upheld_objection", holds, zh, en)


async def publish(
    context: CaseContext,
    *,
    kind: str,
    title: tuple[str, str],
    content: Sequence[FactView],
    days: int,
) -> None:
    """Makes the lines public for `days` plain days from today; a period that
    ends on a holiday ends on the day after it. Shows no personal data: the caller chooses the lines."""
    values = {
        "id": uuid.uuid4(),
        "case_id": context.case.id,
        "kind": kind,
        "title_zh": title[0],
        "title_en": title[1],
        "content": [line.model_dump(mode="json") for line in content],
        "region_code": context.case.region_code,
        "opens_on": context.today,
        "ends_on": context.calendar.end_of_period(context.today, days=days),
        "created_at": context.now,
    }
    await store.insert_notice(context.session, values)
    context.case.facts |= {"notice_id": str(values["id"]), "open_objections": 0}


async def close(context: CaseContext) -> None:
    """The period is over: nobody objects any more."""
    await store.close_notice(context.session, context.case.id, on=context.today)


async def object_to(
    state: Any,
    session: AsyncSession,
    matters: Mapping[str, Matter],
    actor: Actor,
    notice_id: UUID,
    *,
    grounds: str,
) -> Any:
    """Raises NotFound, NoticeClosed, ObjectionByParty, AlreadyObjected."""
    notice = await store.find_notice(session, notice_id)
    if notice is None:
        raise NotFound
    context = await cases.load(state, session, matters, SYSTEM, notice.case_id, if_match=None)
    context.actor = actor
    notice = (
        await store.find_notice(session, notice_id) or notice
    )  # as it stands under the case's lock
    if notice.closed_on is not None or context.today > notice.ends_on:
        raise NoticeClosed
    if cases.relations_of(context):
        raise ObjectionByParty
    values = {
        "id": uuid.uuid4(),
        "notice_id": notice_id,
        "case_id": notice.case_id,
        "raised_by": actor.sub,
        "grounds": grounds,
        "raised_at": context.now,
        "state": "open",
    }
    if not await store.insert_objection(session, values):
        raise AlreadyObjected
    facts = context.case.facts
    facts["open_objections"] = facts.get("open_objections", 0) + 1
    context.move_data = {"objection": str(values["id"])}
    here = context.case.state
    await cases.write_move(context, action="object", source=here, target=here)
    return await store.find_objection(session, values["id"])


def version_of(objection: Any) -> int:
    """Of an objection's two states, which one: it is answered once and never moved again."""
    return 1 if objection.state == "open" else 2


async def decide(
    state: Any,
    session: AsyncSession,
    matters: Mapping[str, Matter],
    actor: Actor,
    objection_id: UUID,
    *,
    version: int,
    upheld: bool,
    answer: str,
) -> Any:
    """An officer of the case's lead department answers. Raises NotFound, NotYourMove, ActionBlocked for who
    made a move that answering stands apart from, ObjectionDecided, and StaleEtag where `version` is not
    the one that stands."""
    objection = await store.find_objection(session, objection_id)
    if objection is None:
        raise NotFound
    context = await cases.load(state, session, matters, actor, objection.case_id, if_match=None)
    if not set(ANSWERERS) & set(cases.relations_of(context)):
        raise NotYourMove
    if not may_answer(context.matter.workflow, context.case, actor):
        raise ActionBlocked.by(SAME_PERSON, context.case.facts)
    objection = await store.find_objection(session, objection_id) or objection  # under the lock
    if version_of(objection) != version:
        raise StaleEtag(extra={"present": {"state": objection.state, "answer": objection.answer}})
    outcome = "upheld" if upheld else "dismissed"
    values = {
        "state": outcome,
        "answer": answer,
        "decided_by": actor.sub,
        "decided_at": context.now,
    }
    if not await store.decide_objection(session, objection_id, values):
        raise ObjectionDecided
    facts = context.case.facts
    facts["open_objections"] = max(0, facts.get("open_objections", 0) - 1)
    if upheld:
        facts["objection_upheld"] = True
    remember(context, ANSWER_OBJECTION)
    context.reason, context.move_data = answer, {"objection": str(objection_id)}
    here = context.case.state
    await cases.write_move(context, action=f"objection_{outcome}", source=here, target=here)
    return await store.find_objection(session, objection_id)
