"""The register over HTTP: public, but for the officers' record of an entity."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from kit.auth import Actor, Anyone, permission
from kit.db import Reader, Snapshot
from kit.errors import InvalidCursor, NotFound
from kit.etags import is_unmodified, set_etag
from kit.http import Router
from kit.paging import Page, PageQuery
from kit.problems import problems
from kit.ranges import RangeNotSatisfiable, cut, part_asked
from kit.regions import RegionCode, region_prefix
from services.registration.register import service, snapshots, store
from services.registration.register.errors import FeedRestarted, QueryTooShort
from services.registration.register.rules import EntityState
from services.registration.register.schemas import (
    EntityChanges,
    EntityInternalView,
    EntitySummary,
    EntityView,
    SnapshotView,
)
from services.registration.register.search import understand

router = Router(tags=["register"])
_FILES: dict[str, Any] = {
    kind.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
    for kind in snapshots.MEDIA_TYPES.values()
}
MayReadInternal = Annotated[Actor, Depends(permission("entity:read-internal"))]
Uscc = Annotated[str, Path(pattern=r"^[0-9A-HJ-NP-RTUWXY]{18}$", examples=["91980101XY00000123"])]
Region = Annotated[RegionCode | None, Query(description="980100 covers its districts")]
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "The copy is still good"}}


@router.get(
    "/entities",
    summary="Search the register",
    operation_id="listEntities",
    response_model=Page[EntitySummary],
    responses=problems(QueryTooShort),
)
async def list_entities(
    query: PageQuery,
    reader: Reader,
    _: Anyone,
    q: Annotated[
        str | None,
        Query(min_length=1, max_length=100, description="Part of the name, pinyin, initials, code"),
    ] = None,
    region_code: Region = None,
    industry_code: Annotated[
        str | None, Query(pattern=r"^[0-9]{2,4}$", description="Division (2) or class (4 digits)")
    ] = None,
    entity_kind: Annotated[str | None, Query(pattern=r"^[a-z_]{1,40}$")] = None,
    state: EntityState | None = None,
    founded_on__gte: date | None = None,
    founded_on__lte: date | None = None,
) -> Response:
    """Without `q` the youngest first; with `q` the shortest names first, the closest fit."""
    understood = understand(q) if q else None
    if q and understood is None:
        raise QueryTooShort
    filters = store.Filters(
        query=understood,
        region_prefix=region_prefix(region_code) if region_code else None,
        industry_code=industry_code,
        entity_kind=entity_kind,
        state=state.value if state else None,
        founded_from=founded_on__gte,
        founded_to=founded_on__lte,
    )
    list_name = "entities:q" if understood else "entities"
    after = query.after(list_name)
    page = await store.page_json(reader, filters, after=after, limit=query.limit)
    return query.written(page.items, query.following(list_name, page.next_key))


@router.get(
    "/entities/changes",
    summary="Changes of the register since a point",
    operation_id="listEntityChanges",
    responses=problems(FeedRestarted, InvalidCursor),
)
async def list_changes(
    request: Request,
    reader: Reader,
    _: Anyone,
    since: Annotated[
        str | None, Query(max_length=500, description="`next` of a reply, `since` of a snapshot")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> EntityChanges:
    """Complete up to `as_of`: a change that commits late is never skipped (see register/feed.py)."""
    secret = request.app.state.secret
    return await service.read_changes(reader, secret=secret, since=since, limit=limit)


@router.get(
    "/entities/{uscc}",
    summary="One entity as the law publishes it",
    operation_id="getEntity",
    response_model=EntityView,
    responses=NOT_MODIFIED,
)
async def get_entity(
    uscc: Uscc, request: Request, response: Response, reader: Snapshot, _: Anyone
) -> EntityView | Response:
    view = await service.read_entity(reader, uscc)
    if is_unmodified(request, view.version):
        return Response(status_code=304)
    set_etag(response, view.version)
    response.headers["cache-control"] = "public, max-age=60"
    return view


@router.get(
    "/entities/{uscc}/internal-record",
    summary="What officers of the region see of an entity",
    operation_id="getEntityInternal",
)
async def get_internal(
    uscc: Uscc, response: Response, reader: Snapshot, actor: MayReadInternal
) -> EntityInternalView:
    response.headers["cache-control"] = "private, no-store"
    return await service.read_internal(reader, actor, uscc)


@router.get(
    "/snapshots/latest",
    summary="The newest daily copy of the register",
    operation_id="getLatestSnapshot",
    responses=problems(NotFound),
)
async def get_latest_snapshot(request: Request, reader: Reader, _: Anyone) -> SnapshotView:
    return await snapshots.read_latest(reader, secret=request.app.state.secret)


@router.get(
    "/snapshots/{snapshot_id}/entities.{format_name}",
    summary="A snapshot's file",
    operation_id="getSnapshotFile",
    response_class=StreamingResponse,
    responses={
        200: {"content": _FILES},
        206: {"content": _FILES, "description": "The range asked for"},
        304: {"description": "As the ETag sent"},
        **problems(NotFound, RangeNotSatisfiable),
    },
)
async def get_snapshot_file(
    snapshot_id: UUID,
    format_name: Literal["ndjson", "csv"],
    request: Request,
    reader: Reader,
    _: Anyone,
) -> Response:
    facts = await snapshots.read_file_facts(reader, snapshot_id, format_name)
    asked = request.headers
    packed = "gzip" in asked.get("accept-encoding", "")
    etag = f'"{facts.sha256.hex()[:32]}{"-gzip" if packed else ""}"'
    headers = {
        "etag": etag,
        "accept-ranges": "bytes",
        "repr-digest": snapshots.content_digest(facts.sha256),
        "cache-control": "public, max-age=86400, immutable",
        "vary": "Accept-Encoding",
        "content-disposition": f'attachment; filename="entities.{format_name}"',
    }
    if asked.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    if packed:
        headers["content-encoding"] = "gzip"
    total = (
        await snapshots.read_packed_size(reader, snapshot_id, format_name)
        if packed
        else facts.size_bytes
    )
    part = part_asked(asked.get("range", ""), asked.get("if-range", ""), etag=etag, total=total)
    chunks = snapshots.stream_file(
        request.app.state.database, snapshot_id, format_name, packed=packed
    )
    kind = snapshots.MEDIA_TYPES[format_name]
    if part is None:
        return StreamingResponse(chunks, media_type=kind, headers=headers)
    return StreamingResponse(
        cut(chunks, part), status_code=206, media_type=kind, headers=headers | part.headers
    )
