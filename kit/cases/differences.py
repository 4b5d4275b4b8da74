"""What an applicant changed from one submission to the next, place by place; numbers of people stay masked.

GET /cases/{id}/submissions · GET /cases/{id}/submissions/{number}/difference · ?expand=difference
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from kit.cases import reading, service, store
from kit.cases.routes import MayReadCase
from kit.cases.schemas import ChangeView, DifferenceView, SubmissionView
from kit.db import Reader
from kit.documents import store as documents
from kit.errors import NotFound
from kit.http import Router
from kit.matters import Matter
from kit.paging import Page
from kit.sealing import Sealer, comparable

Connection = AsyncSession | AsyncConnection


def changed(before: Any, after: Any, pointer: str = "") -> Iterator[str]:
    """The smallest places at which two forms differ, in the order of the later one, then what it lacks."""
    if isinstance(before, Mapping) and isinstance(after, Mapping) and "masked" not in after:
        for name in [*after, *(n for n in before if n not in after)]:
            yield from changed(before.get(name), after.get(name), f"{pointer}/{name}")
    elif _holds_objects(before) and _holds_objects(after):
        for place in range(max(len(before), len(after))):
            yield from changed(_item(before, place), _item(after, place), f"{pointer}/{place}")
    elif before != after:
        yield pointer


def _holds_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _item(items: Sequence[Any], place: int) -> Any:
    return items[place] if place < len(items) else None


def _at(form: Any, pointer: str) -> Any:
    """The value at a pointer, null where there is none."""
    for step in pointer.split("/")[1:]:
        if isinstance(form, Mapping):
            form = form.get(step)
        elif isinstance(form, list) and step.isdecimal() and int(step) < len(form):
            form = form[int(step)]
        else:
            return None
    return form


async def difference(
    connection: Connection, sealer: Sealer, case_id: UUID, *, before: int, after: int
) -> DifferenceView | None:
    """None where the case has not both submissions."""
    rows = {row.number: row for row in await store.submissions_of(connection, case_id)}
    if before not in rows or after not in rows:
        return None
    then = await store.submission_form(connection, case_id, before)
    now = await store.submission_form(connection, case_id, after)
    old, new = sealer.mask(then or {}), sealer.mask(now or {})
    first: datetime = rows[before].submitted_at
    handed_in = await documents.materials_since(connection, case_id, first)
    return DifferenceView(
        before=before,
        after=after,
        changes=[
            ChangeView(pointer=place, before=_at(old, place), after=_at(new, place))
            for place in changed(comparable(then), comparable(now))
        ],
        materials=sorted(handed_in),
    )


async def expand_difference(
    connection: Connection, case: Any, _: Actor, state: Any
) -> DifferenceView | None:
    """`?expand=difference`: the last submission against the one before it; null for the first."""
    if case.submission < 2:
        return None
    sealer = service.sealer_for(state, state.matters[case.matter])
    return await difference(
        connection, sealer, case.id, before=case.submission - 1, after=case.submission
    )


def submission_router(matters: Mapping[str, Matter]) -> Router:
    """The submissions of a case, for whoever may read the case."""
    router = Router(tags=["cases"])

    @router.get("/cases/{case_id}/submissions", summary="The frozen forms of a case, by number")
    async def list_submissions(
        case_id: UUID, connection: Reader, actor: MayReadCase
    ) -> Page[SubmissionView]:
        if await reading.find_case(connection, case_id, actor) is None:
            raise NotFound
        rows = await store.submissions_of(connection, case_id)
        return Page(items=[SubmissionView.model_validate(row) for row in rows])

    @router.get(
        "/cases/{case_id}/submissions/{number}/difference",
        summary="What a submission changed against an earlier one",
    )
    async def read_difference(
        case_id: UUID,
        number: int,
        request: Request,
        connection: Reader,
        actor: MayReadCase,
        against: Annotated[
            int | None, Query(ge=1, le=10_000, description="By default the one before it")
        ] = None,
    ) -> DifferenceView:
        row = await reading.find_case(connection, case_id, actor)
        if row is None:
            raise NotFound
        sealer = service.sealer_for(request.app.state, matters[row.matter])
        found = await difference(
            connection, sealer, case_id, before=against or number - 1, after=number
        )
        if found is None:
            raise NotFound
        return found

    return router
