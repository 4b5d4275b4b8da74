"""The year's round: who owes a report, who is reminded, who has failed, and what two failures cost."""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.carriers import AssessmentGraded, AssessmentReminded
from kit.outbox import Event, emit
from services.carriers.assessments import parameters, rules, store
from services.carriers.recognition import parameters as recognition
from services.carriers.recognition import titles
from services.carriers.recognition.titles_store import lock_title

REASON = "two_failed_assessments"


async def run_round(state: Any) -> int:
    """The sweep: opens years, reminds, and fails those who did not report after a reminder."""
    today, moved = state.clock.today(), 0
    async with state.database.transaction() as session:
        for title in await store.valid_titles(session):
            years = rules.years_to_assess(
                title.valid_from, served_from=parameters.SERVED_FROM, today=today
            )
            for year in years:
                moved += await store.open_year(session, _new(title, year))
    async with state.database.transaction() as session:
        found = await store.waiting(session)
    for row in found:
        async with state.database.transaction() as session:
            moved += await _advance(session, row.id, state)
    return moved


def _new(title: Any, year: int) -> dict[str, Any]:
    return {
        "id": uuid.uuid4(),
        "carrier_id": title.carrier_id,
        "title_id": title.id,
        "year": year,
        "state": "due",
        "due_on": parameters.last_day_to_report(year),
    }


async def _advance(session: AsyncSession, assessment_id: uuid.UUID, state: Any) -> int:
    today, now = state.clock.today(), state.clock.now()
    row = await store.lock(session, assessment_id)
    if row is None:
        return 0
    reminder_on = parameters.reminder_day(row.year)
    step = rules.next_step(row.state, today=today, reminder_on=reminder_on, due_on=row.due_on)
    if step == "remind":
        due_on = max(row.due_on, today + timedelta(days=parameters.GRACE_DAYS))
        await store.change(session, row.id, state="reminded", due_on=due_on)
        reminded = AssessmentReminded(
            assessment_id=row.id, carrier_code=row.carrier_code, year=row.year, due_on=due_on
        )
        await _tell(session, "reminded", reminded, sequence=1, operator=row.operator_org, at=now)
    elif step == "fail":
        await grade(session, row, state="missing", score=Decimal(0), result=rules.FAIL, now=now,
                    today=today)  # fmt: skip
    return int(step is not None)


async def grade(
    session: AsyncSession, row: Any, *, state: str, score: Decimal, result: str, now: datetime,
    today: Any,
) -> bool:  # fmt: skip
    """Writes the grade; two failures in a row end the title. Returns whether they did."""
    await store.change(session, row.id, state=state, score=score, grade=result, graded_on=today)
    graded = AssessmentGraded(
        assessment_id=row.id,
        carrier_code=row.carrier_code,
        year=row.year,
        grade=result,
        missing=state == "missing",
        on=today,
    )
    await _tell(session, "graded", graded, sequence=2, operator=row.operator_org, at=now)
    allowed = int(recognition.number("failed_years_to_lose", today))
    failed = rules.fails_in_a_row(await store.graded_years(session, row.title_id))
    title = await lock_title(session, row.title_id)
    if failed < allowed or title is None or title.status != "valid":
        return False
    await titles.end(session, title.id, status="revoked", reason=REASON, now=now, today=today)
    return True


async def _tell(
    session: AsyncSession, what: str, data: AssessmentGraded | AssessmentReminded, *,
    sequence: int, operator: str, at: datetime,
) -> None:  # fmt: skip
    event = Event(
        type=f"carriers.assessment.{what}.v1",
        aggregate=("assessment", str(data.assessment_id)),
        sequence=sequence,
        data=data,
        audience=(f"org:{operator}", "staff"),
        occurred_at=at,
    )
    await emit(session, event)
