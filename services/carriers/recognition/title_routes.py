"""Titles are public; their holder gives them up, the province revokes them."""

from typing import Annotated, Any

from fastapi import Depends, Path, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from kit.auth import Actor, Anyone, permission
from kit.db import Reader, Session
from kit.errors import NotFound, StaleEtag
from kit.etags import IfMatch, set_etag
from kit.http import Router
from kit.paging import Page, PageQuery
from kit.problems import problems
from services.carriers.carriers.routes import CarrierKey, key_of
from services.carriers.carriers.store import find_carrier
from services.carriers.recognition import rules, titles
from services.carriers.recognition import titles_store as store
from services.carriers.recognition.errors import TitleEnded
from services.carriers.recognition.routes import DEPARTMENT
from services.carriers.recognition.schemas import (
    TitleExit,
    TitleRevocation,
    TitleStatus,
    TitleView,
)

router = Router(tags=["recognition"])
MayExitTitle = Annotated[Actor, Depends(permission("title:exit"))]
MayRevokeTitle = Annotated[Actor, Depends(permission("title:revoke"))]
TitleNumber = Annotated[str, Path(pattern=r"^YCZC-[0-9]{4}-[0-9]{4,8}$")]


@router.get("/titles", summary="Titles of carriers", operation_id="listTitles")
async def list_titles(
    _: Anyone, reader: Reader, query: PageQuery, status: TitleStatus | None = None
) -> Page[TitleView]:
    """All that were ever given, by number."""
    key = query.after("titles")
    rows = await store.list_titles(
        reader, status=status, after=key[0] if key else None, limit=query.limit
    )
    return query.page(rows, "titles", key=lambda row: (row.number,), view=TitleView.model_validate)


@router.get("/titles/{number}", summary="One title", operation_id="readTitle")
async def read_title(
    response: Response, _: Anyone, reader: Reader, number: TitleNumber
) -> TitleView:
    """By its number; whether it still stands is in `status`."""
    row = await store.find_title(reader, number)
    if row is None:
        raise NotFound
    set_etag(response, row.version)
    return TitleView.model_validate(row)


@router.get(
    "/carriers/{carrier_id}/titles", summary="A carrier's titles", operation_id="listCarrierTitles"
)
async def list_carrier_titles(_: Anyone, reader: Reader, carrier_id: CarrierKey) -> Page[TitleView]:
    """The latest first."""
    carrier = await find_carrier(reader, key_of(carrier_id))
    if carrier is None:
        raise NotFound
    rows = await store.titles_of(reader, carrier.id)
    return Page(items=[TitleView.model_validate(row) for row in rows])


@router.post(
    "/titles/{number}/actions/exit",
    summary="Give your title up",
    operation_id="exitTitle",
    responses=problems(TitleEnded),
)
async def exit_title(
    request: Request,
    response: Response,
    actor: MayExitTitle,
    session: Session,
    number: TitleNumber,
    body: TitleExit,
    version: IfMatch,
) -> TitleView:
    """By its carrier's operator (退出自由)."""
    row = await store.find_title(session, number, lock=True)
    if row is None or row.operator_org != actor.organisation:
        raise NotFound
    return await _end(request, response, session, row, version, "exited", body.reason)


@router.post(
    "/titles/{number}/actions/revoke",
    summary="Revoke a title",
    operation_id="revokeTitle",
    responses=problems(TitleEnded),
)
async def revoke_title(
    request: Request,
    response: Response,
    actor: MayRevokeTitle,
    session: Session,
    number: TitleNumber,
    body: TitleRevocation,
    version: IfMatch,
) -> TitleView:
    """By the head of the province's science department."""
    row = await store.find_title(session, number, lock=True)
    serving = row is not None and any(
        len(prefix) == 2 and row.region_code.startswith(prefix) for prefix in actor.region_prefixes
    )
    if row is None or not serving or actor.org != DEPARTMENT:
        raise NotFound
    return await _end(request, response, session, row, version, "revoked", body.reason)


async def _end(
    request: Request,
    response: Response,
    session: AsyncSession,
    row: Any,
    version: int,
    status: str,
    reason: str,
) -> TitleView:
    if not rules.stands(row.status):
        raise TitleEnded
    if row.version != version:
        raise StaleEtag(headers={"ETag": f'"{row.version}"'})
    clock = request.app.state.clock
    await titles.end(
        session, row.id, status=status, reason=reason, now=clock.now(), today=clock.today()
    )
    ended = await store.find_title(session, row.number)
    assert ended is not None  # it is locked by us
    set_etag(response, ended.version)
    return TitleView.model_validate(ended)
