"""HTTP of the service ledger: the operator records, the receiver rates, nobody edits."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from kit.auth import Actor, permission
from kit.db import Reader, Session
from kit.errors import NotFound, NotPermitted
from kit.etags import IfMatch, set_etag
from kit.http import Router
from kit.paging import Page, PageParameters, PageQuery
from kit.problems import problems
from services.carriers.service_ledger import errors, rules, service, store
from services.carriers.service_ledger.schemas import (
    Category,
    EntryAdd,
    EntryReversal,
    EntryView,
    ProviderAdd,
    ProviderReason,
    ProviderView,
    RatingAdd,
)
from services.carriers.workstations.routes import CarrierCode, MayRunCarrier
from services.carriers.workstations.service import own_carrier

router = Router(tags=["service ledger"])
MayReadTenancies = Annotated[Actor, Depends(permission("tenancy:read"))]
MayRate = Annotated[Actor, Depends(permission("service:rate"))]


def provider_view(row: Any) -> ProviderView:
    average = rules.average(int(row.total), int(row.ratings))
    return ProviderView(
        id=row.id,
        name=row.name,
        uscc=row.uscc,
        standing=row.standing,
        ratings=row.ratings,
        average=str(average) if average is not None else None,
        entries=row.entries,
        version=row.version,
    )


@router.get(
    "/carriers/{code}/service-providers",
    summary="The service providers of your carrier, with their ratings",
    operation_id="listServiceProviders",
    responses=problems(NotFound),
)
async def list_providers(
    code: CarrierCode, actor: MayRunCarrier, reader: Reader, query: PageQuery
) -> Page[ProviderView]:
    carrier = await own_carrier(reader, actor, code)
    key = query.after("service-providers")
    rows = await store.list_providers(
        reader, carrier.id, after=key[0] if key else None, limit=query.limit
    )
    return query.page(rows, "service-providers", key=lambda row: (row.name,), view=provider_view)


@router.post(
    "/carriers/{code}/service-providers",
    status_code=201,
    summary="Put a provider on your carrier's list",
    operation_id="addServiceProvider",
    responses=problems(NotFound, errors.ProviderExists),
)
async def add_provider(
    code: CarrierCode,
    body: ProviderAdd,
    request: Request,
    response: Response,
    actor: MayRunCarrier,
    session: Session,
) -> ProviderView:
    row = await service.add_provider(request.app.state, session, actor, code, body)
    set_etag(response, row.version)
    return provider_view(row)


@router.post(
    "/service-providers/{provider_id}/actions/reinstate",
    summary="Let a provider serve again; earlier ratings no longer count",
    operation_id="reinstateServiceProvider",
    responses=problems(NotFound, errors.StandingUnchanged),
)
async def reinstate_provider(
    provider_id: UUID,
    body: ProviderReason,
    request: Request,
    response: Response,
    actor: MayRunCarrier,
    session: Session,
    version: IfMatch,
) -> ProviderView:
    return await _decide(request, response, session, actor, provider_id, "active", body, version)


@router.post(
    "/service-providers/{provider_id}/actions/remove",
    summary="Take a provider off the list",
    operation_id="removeServiceProvider",
    responses=problems(NotFound, errors.StandingUnchanged),
)
async def remove_provider(
    provider_id: UUID,
    body: ProviderReason,
    request: Request,
    response: Response,
    actor: MayRunCarrier,
    session: Session,
    version: IfMatch,
) -> ProviderView:
    return await _decide(request, response, session, actor, provider_id, "removed", body, version)


async def _decide(
    request: Request,
    response: Response,
    session: Any,
    actor: Actor,
    provider_id: UUID,
    standing: str,
    body: ProviderReason,
    version: int,
) -> ProviderView:
    row = await service.decide_provider(
        request.app.state,
        session,
        actor,
        provider_id,
        standing=standing,
        reason=body.reason,
        version=version,
    )
    set_etag(response, row.version)
    return provider_view(row)


@router.post(
    "/carriers/{code}/service-entries",
    status_code=201,
    summary="Record a service to a tenant",
    operation_id="recordService",
    responses=problems(
        NotFound,
        errors.ServiceInFuture,
        errors.UnknownProvider,
        errors.ProviderSuspended,
        errors.UnknownTenant,
    ),
)
async def record_service(
    code: CarrierCode,
    body: EntryAdd,
    request: Request,
    response: Response,
    actor: MayRunCarrier,
    session: Session,
) -> EntryView:
    """Nothing is edited afterwards; a wrong entry is taken back by a reversal."""
    made = await service.record(request.app.state, session, actor, code, body)
    response.headers["location"] = f"{service.PATH}/{made}"
    return EntryView.model_validate(await store.find_entry(session, actor, made))


@router.post(
    "/service-entries/{entry_id}/reversals",
    status_code=201,
    summary="Take an entry back",
    operation_id="reverseService",
    responses=problems(NotFound, errors.EntryReversed),
)
async def reverse_service(
    entry_id: UUID, body: EntryReversal, request: Request, actor: MayRunCarrier, session: Session
) -> EntryView:
    made = await service.take_back(request.app.state, session, actor, entry_id, reason=body.reason)
    return EntryView.model_validate(await store.find_entry(session, actor, made))


@router.post(
    "/service-entries/{entry_id}/ratings",
    status_code=201,
    summary="Rate a service that you received, once",
    operation_id="rateService",
    responses=problems(NotFound, NotPermitted, errors.AlreadyRated, errors.EntryReversed),
)
async def rate_service(
    entry_id: UUID, body: RatingAdd, request: Request, actor: MayRate, session: Session
) -> EntryView:
    await service.rate(request.app.state, session, actor, entry_id, body)
    return EntryView.model_validate(await store.find_entry(session, actor, entry_id))


async def _page(
    reader: Any, actor: Actor, query: PageParameters, name: str, **wanted: Any
) -> Page[EntryView]:
    wanted["after"] = query.after(name)
    rows = await store.list_entries(reader, actor, wanted, limit=query.limit)
    return query.page(
        rows, name, key=lambda row: (row.served_on, row.id), view=EntryView.model_validate
    )


@router.get(
    "/carriers/{code}/service-entries",
    summary="The service ledger of your carrier",
    operation_id="listCarrierServices",
    responses=problems(NotFound),
)
async def list_carrier_entries(
    code: CarrierCode,
    actor: MayRunCarrier,
    reader: Reader,
    query: PageQuery,
    category: Category | None = None,
) -> Page[EntryView]:
    await own_carrier(reader, actor, code)
    return await _page(reader, actor, query, "carrier-services", carrier=code, category=category)


@router.get(
    "/service-entries",
    summary="Services that you received (or gave, or oversee)",
    operation_id="listServices",
)
async def list_entries(
    actor: MayReadTenancies,
    reader: Reader,
    query: PageQuery,
    tenancy_id: UUID | None = None,
    to_rate: Annotated[bool, Query(description="Only those that nobody has rated yet")] = False,
) -> Page[EntryView]:
    return await _page(reader, actor, query, "services", tenancy=tenancy_id, to_rate=to_rate)


@router.get(
    "/service-entries/{entry_id}",
    summary="One service",
    operation_id="readService",
    responses=problems(NotFound),
)
async def read_entry(entry_id: UUID, actor: MayReadTenancies, reader: Reader) -> EntryView:
    row = await store.find_entry(reader, actor, entry_id)
    if row is None:
        raise NotFound
    return EntryView.model_validate(row)
