"""Criteria are public; the register of experts is the authorities' own."""

import uuid
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor, Anyone, permission
from kit.crypto import person_hash
from kit.db import Reader, Session
from kit.errors import NotFound, StaleEtag
from kit.etags import IfMatch, set_etag
from kit.http import Router
from kit.paging import Page, PageQuery
from kit.problems import problems
from kit.regions import RegionCode
from kit.schemas import IsoDate, Label
from services.carriers.carriers.schemas import SpecialisedField
from services.carriers.recognition import parameters, store
from services.carriers.recognition.errors import ExpertRegistered
from services.carriers.recognition.schemas import (
    CriteriaView,
    CriterionView,
    ExpertCreate,
    ExpertView,
    PanelMemberView,
)

router = Router(tags=["recognition"])
MayReadExperts = Annotated[Actor, Depends(permission("expert:read"))]
MayManageExperts = Annotated[Actor, Depends(permission("expert:manage"))]
ExpertCode = Annotated[str, Path(pattern=r"^ZJ-[0-9]{4,8}$", examples=["ZJ-0001"])]
DEPARTMENT = "science"


@router.get(
    "/recognition-criteria/{kind}",
    summary="What is asked of a carrier, on a day and in a region",
    operation_id="readRecognitionCriteria",
)
async def read_criteria(
    request: Request,
    _: Anyone,
    kind: Literal["maker_space_filing"],
    on: IsoDate | None = None,
    region: Annotated[RegionCode, Query()] = "980100",
) -> CriteriaView:
    """Each criterion with its source; days of the past give the set that was in force then."""
    day = on or request.app.state.clock.today()
    asked = parameters.criteria_set(kind, region, day)
    return CriteriaView(
        kind=kind,
        on=day,
        region_code=region,
        criteria=[
            CriterionView(
                key=c.key,
                label=Label(zh=c.zh, en=c.en),
                operator=c.operator,
                threshold=f"{c.threshold.normalize():f}" if c.threshold is not None else None,
                unit=c.unit,
                any_of=asked.any_of.get(c.key),
                source_document=c.source_document,
                source_clause=c.source_clause,
                valid_from=c.valid_from,
                valid_to=c.valid_to,
            )
            for c in asked.criteria
        ],
    )


@router.get("/experts", summary="The register of experts", operation_id="listExperts")
async def list_experts(
    _: MayReadExperts, reader: Reader, query: PageQuery, field: SpecialisedField | None = None
) -> Page[ExpertView]:
    """The active ones, by code."""
    key = query.after("experts")
    rows = await store.list_experts(
        reader, field=field, after=key[0] if key else None, limit=query.limit
    )
    return query.page(rows, "experts", key=lambda row: (row.code,), view=ExpertView.model_validate)


@router.post(
    "/experts", status_code=201, summary="Register an expert", operation_id="registerExpert",
    responses=problems(ExpertRegistered),
)  # fmt: skip
async def register_expert(
    request: Request,
    response: Response,
    actor: MayManageExperts,
    session: Session,
    body: ExpertCreate,
) -> ExpertView:
    """For the science department and the administrator."""
    _only_science(actor)
    state = request.app.state
    hashed = person_hash(body.id_number, person_key=state.settings.person_key.get_secret_value())
    values = {
        "id": uuid.uuid4(),
        "code": await store.next_expert_code(session),
        "principal": f"person:{hashed}",
        **body.model_dump(exclude={"id_number"}),
        "active": True,
        "registered_at": state.clock.now(),
        "registered_by": actor.sub,
        "version": 1,
    }
    if not await store.insert_expert(session, values):
        raise ExpertRegistered
    response.headers["location"] = f"{state.service.prefix}/experts/{values['code']}"
    set_etag(response, 1)
    return ExpertView.model_validate(values)


@router.get("/experts/{code}", summary="One expert", operation_id="readExpert")
async def read_expert(
    response: Response, _: MayReadExperts, reader: Reader, code: ExpertCode
) -> ExpertView:
    """By code; also one who has retired."""
    row = await store.find_expert(reader, code)
    if row is None:
        raise NotFound
    set_etag(response, row.version)
    return ExpertView.model_validate(row)


@router.post(
    "/experts/{code}/actions/retire", summary="Take an expert off the register",
    operation_id="retireExpert",
)  # fmt: skip
async def retire_expert(
    response: Response,
    actor: MayManageExperts,
    session: Session,
    code: ExpertCode,
    version: IfMatch,
) -> ExpertView:
    """Panels that they sit on keep them; new ones do not get them."""
    _only_science(actor)
    if await store.find_expert(session, code) is None:
        raise NotFound
    row = await store.retire_expert(session, code, version)
    if row is None:
        raise StaleEtag
    set_etag(response, row.version)
    return ExpertView.model_validate(row)


def _only_science(actor: Actor) -> None:
    """An officer of another department has no register of experts to keep."""
    if not actor.has("administrator") and actor.org != DEPARTMENT:
        raise NotFound


async def expand_panel(
    connection: AsyncSession | AsyncConnection,
    case: Any,
    actor: Actor,
    state: Any,  # noqa: ARG001  every expander is given it
) -> list[PanelMemberView]:
    """`?expand=panel`: deciding officers see all sheets, an expert their own, the applicant none."""
    mine = set(actor.principals)
    members = await store.panel(connection, case.id)
    officers = (
        actor.has("officer", "head")
        and actor.org in case.departments
        and not mine & {member.principal for member in members}
    )
    return [
        PanelMemberView(
            code=m.code,
            name=m.name,
            organisation=m.organisation,
            recused=m.recused_at is not None,
            scored=m.total is not None,
            total=m.total,
            scores=m.scores,
            recommends=m.recommends,
            comment=m.comment,
        )
        for m in members
        if officers or m.principal in mine
    ]
