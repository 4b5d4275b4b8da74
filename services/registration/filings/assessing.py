"""The automatic assessment after acceptance: ask about the people, then let the rules speak.

A job per submission. Whatever happens to the worker, the job runs again: people already answered for
are not asked twice, and the `assess` move is made only while this submission is under review.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import structlog

from kit.auth import SYSTEM
from kit.cases import service as cases
from kit.cases.errors import IllegalTransition
from kit.crypto import person_hash
from kit.jobs import JobContext
from kit.matters import Matter
from services.registration.filings import store
from services.registration.filings.handling import FilingHandler
from services.registration.filings.real_names import RealNameService
from services.registration.jobs import jobs

log = structlog.get_logger(__name__)
JOB = "filings.assess"


async def prepare(state: Any) -> None:
    """Worker start: the client of the real-name service."""
    state.real_names = RealNameService(state.settings.departments_url)


async def close(state: Any) -> None:
    await state.real_names.close()


@jobs.task(JOB, attempts=60, cap_seconds=120)
async def assess(context: JobContext, *, case_id: str, submission: int) -> None:
    """Checks the people of one submission and makes the `assess` move."""
    matters: Mapping[str, Matter] = context.state.matters
    key = context.state.settings.person_key.get_secret_value()
    async with context.transaction() as session:
        case = await cases.load(
            context.state, session, matters, SYSTEM, UUID(case_id), if_match=None
        )
        if case.case.state != "under_review" or case.case.submission != submission:
            return  # withdrawn, decided or corrected meanwhile
        handler = cast(FilingHandler, case.matter.handler)
        people = handler.people(case.opened())
        known = {row.person for row in await store.checks_of(session, case.case.id, submission)}
    distinct = {number: (pointer, name) for pointer, name, number in reversed(people)}
    missing = [
        (person_hash(number, person_key=key), number, *where)
        for number, where in distinct.items()
        if person_hash(number, person_key=key) not in known
    ]
    await _ask(context, UUID(case_id), submission, missing)
    async with context.transaction() as session:
        case = await cases.load(
            context.state, session, matters, SYSTEM, UUID(case_id), if_match=None
        )
        if case.case.submission != submission:
            return
        try:
            await cases.act(case, "assess", {})
        except IllegalTransition:
            log.info("assessed_too_late", case=case_id)


async def _ask(
    context: JobContext, case_id: UUID, submission: int, missing: list[tuple[str, str, str, str]]
) -> None:
    client: RealNameService = context.state.real_names

    async def one(person: str, number: str, pointer: str, name: str) -> dict[str, Any]:
        answer = await client.ask(name=name, id_number=number, reference=f"{case_id}:{pointer}")
        return {
            "case_id": case_id,
            "submission": submission,
            "person": person,
            "pointer": pointer,
            "result": answer.result,
            "receipt": answer.receipt,
            "checked_at": datetime.now(UTC),
        }

    answers = await asyncio.gather(*(one(*item) for item in missing), return_exceptions=True)
    rows = [row for row in answers if isinstance(row, dict)]
    async with context.transaction() as session:
        await store.keep_checks(session, rows)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
