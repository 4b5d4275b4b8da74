"""The expert panel of a case: who sits on it, who stands aside, who has scored, and what it concludes."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from kit.cases.errors import ActionBlocked
from kit.errors import FieldError, InvalidRequest
from kit.matters import CaseContext
from services.carriers.recognition import parameters, rules, store
from services.carriers.recognition.errors import (
    AlreadyScored,
    ExpertInConflict,
    ExpertOnPanel,
    PanelNotOdd,
    UnknownExpert,
)
from services.carriers.recognition.workflow import ScoreSheet

ROLE = "expert"


def sitting(panel: Sequence[Any]) -> list[Any]:
    """Those on the panel who have not stood aside."""
    return [member for member in panel if member.recused_at is None]


async def appoint(context: CaseContext, codes: Sequence[str], *, operator_org: str) -> None:
    """Adds experts; the panel is then three or more and odd.

    Raises UnknownExpert, ExpertOnPanel, ExpertInConflict, PanelNotOdd.
    """
    case, panel = context.case, await store.panel(context.session, context.case.id)
    known = await store.active_experts(context.session, codes)
    for place, code in enumerate(codes):
        pointer = f"/experts/{place}"
        if code not in known:
            raise UnknownExpert(errors=[FieldError(pointer=pointer, code="unknown_expert")])
        if code in codes[:place] or code in {member.code for member in panel}:
            raise ExpertOnPanel(errors=[FieldError(pointer=pointer, code="expert_on_panel")])
        if rules.in_conflict(
            known[code], operator_org=operator_org, applicant_person=case.applicant_person
        ):
            raise ExpertInConflict(errors=[FieldError(pointer=pointer, code="expert_in_conflict")])
    minimum = int(parameters.number("panel_minimum", context.today))
    if not rules.panel_stands(len(sitting(panel)) + len(codes), minimum=minimum):
        raise PanelNotOdd(extra={"members": len(sitting(panel)) + len(codes), "minimum": minimum})
    rows = [
        {"case_id": case.id, "expert_id": known[code].id, "assigned_at": context.now}
        for code in codes
    ]
    await store.add_members(context.session, rows)
    new = [(known[code].principal, ROLE) for code in codes]
    context.parties = [*context.present_parties, *new]
    _count(context, len(sitting(panel)) + len(codes))
    context.move_data = {"appointed": len(codes)}
    await conclude_if_done(context)


async def stand_aside(context: CaseContext, reason: str) -> None:
    """The acting expert leaves the panel for good. Raises AlreadyScored."""
    panel = await store.panel(context.session, context.case.id)
    member = _acting(context, panel)
    if member.total is not None:
        raise AlreadyScored
    await store.recuse(
        context.session, context.case.id, member.id, recused_at=context.now, recusal=reason
    )
    context.parties = [
        (principal, role)
        for principal, role in context.present_parties
        if (principal, role) != (member.principal, ROLE)
    ]
    _count(context, len(sitting(panel)) - 1)
    context.reason = "回避"  # why is the expert's own matter; officers read it in the panel


async def score(context: CaseContext, sheet: ScoreSheet) -> None:
    """Keeps the acting expert's sheet. Raises AlreadyScored, InvalidRequest (an interest was declared)."""
    if not sheet.no_interest:
        raise InvalidRequest(
            errors=[FieldError(pointer="/no_interest", code="stand_aside_instead")]
        )
    panel = await store.panel(context.session, context.case.id)
    member = _acting(context, panel)
    weights = parameters.score_weights(context.today)
    scores = {key: getattr(sheet, key) for key in weights}
    values = {
        "case_id": context.case.id,
        "expert_id": member.id,
        "scores": scores,
        "total": rules.total(scores, weights),
        "recommends": sheet.recommends,
        "comment": sheet.comment,
        "scored_at": context.now,
    }
    if not await store.insert_score(context.session, values):
        raise AlreadyScored
    context.case.facts["scored"] = context.case.facts.get("scored", 0) + 1
    await conclude_if_done(context)


async def conclude_if_done(context: CaseContext) -> None:
    """The system concludes once a standing panel has scored completely."""
    members = sitting(await store.panel(context.session, context.case.id))
    minimum = int(parameters.number("panel_minimum", context.today))
    done = all(member.total is not None for member in members)
    if done and rules.panel_stands(len(members), minimum=minimum):
        context.then("conclude_review")


async def conclude(context: CaseContext) -> None:
    """What the panel says together becomes a fact of the case."""
    members = sitting(await store.panel(context.session, context.case.id))
    if any(member.total is None for member in members):
        raise ActionBlocked(errors=[FieldError(pointer="", code="scores_missing")])
    sheets: list[tuple[Decimal, bool]] = [(m.total, m.recommends) for m in members]
    found = rules.conclude(sheets, pass_score=parameters.number("pass_score", context.today))
    context.case.facts["review"] = {
        "average": str(found.average),
        "recommending": found.recommending,
        "members": found.members,
        "passed": found.passed,
    }
    context.move_data = dict(context.case.facts["review"])


def _acting(context: CaseContext, panel: Sequence[Any]) -> Any:
    """The member who makes this move; the case has let in nobody else."""
    mine = set(context.actor.principals)
    return next(member for member in sitting(panel) if member.principal in mine)


def _count(context: CaseContext, members: int) -> None:
    context.case.facts["panel_size"] = members
    context.case.facts.setdefault("scored", 0)
