"""Where a case stands for its applicant: the decision against it, and the notice of correction."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit import corrections
from kit.cases import store
from kit.cases.schemas import (
    CorrectionItemView,
    CorrectionView,
    DecisionView,
    RemedyView,
)
from kit.clock import shanghai_date
from kit.matters import Matter
from kit.rulings import Office, Remedy
from kit.schemas import Label

Connection = AsyncSession | AsyncConnection


async def decision_of(
    connection: Connection, matter: Matter, case: Any, state: Any
) -> DecisionView | None:
    """The decision that the case stands at, where its workflow declares one against the applicant.

    Read from the timeline, which nobody can change, and only in a state that such a decision leads to."""
    rulings = matter.workflow.rulings(case.state)
    if not rulings:
        return None
    made = await store.last_move(connection, case.id, rulings, case.state)
    if made is None:
        return None  # it came to this state in another way
    move = rulings[made.action]
    ruling, office = move.ruling, matter.handler.office(case)
    assert ruling is not None
    day = shanghai_date(made.at)
    href = f"{state.service.prefix}/cases/{case.id}/papers/{ruling.paper}"
    return DecisionView(
        kind=ruling.kind,
        action=move.action,
        label=Label(zh=move.zh, en=move.en),
        at=made.at,
        office=_label(office.name) if office else None,
        role=made.actor_role,
        reason=made.reason,
        legal_basis=ruling.legal_basis,
        remedies=[
            RemedyView(
                code=remedy.code,
                text=Label(zh=remedy.zh, en=remedy.en),
                where=_where(remedy, office),
                until_on=remedy.until(day, state.calendar),
                legal_basis=remedy.legal_basis,
            )
            for remedy in ruling.remedies
        ],
        paper=href if ruling.paper else None,
        restarts=ruling.restarts,
    )


def _where(remedy: Remedy, office: Office | None) -> Label | None:
    place = office.place(remedy) if office else remedy.where
    return _label(place) if place else None


def _label(pair: tuple[str, str]) -> Label:
    return Label(zh=pair[0], en=pair[1])


def correction_of(facts: Mapping[str, Any]) -> CorrectionView | None:
    """The notice of correction, open or answered; of an older case its items are bare texts."""
    is_open = corrections.OPEN in facts
    notice = facts.get(corrections.OPEN) or facts.get(corrections.ANSWERED)
    if not notice:
        return None
    answers = notice.get("answers", {})
    items = [corrections.as_item(item) for item in notice["items"]]
    return CorrectionView(
        reason=notice["reason"],
        items=[
            CorrectionItemView(
                pointer=item.get("pointer"), detail=item["detail"], answer=answers.get(str(number))
            )
            for number, item in enumerate(items, start=1)
        ],
        asked_at=notice.get("at"),
        is_open=is_open,
        answered_by=notice.get("answered_by"),
    )
