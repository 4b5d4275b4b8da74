"""An operator's own carriers: which they are, what each one stands at, its seats, tenants and profile."""

import asyncio
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.codes import labels_of
from gateway.window.desk.asking import Ask, Fault, Question, draw, send
from gateway.window.matters import matter_of
from gateway.window.refusals import PageRoute
from gateway.window.regions import regions_of
from gateway.window.services import Answer, Refusal
from gateway.window.visit import SignedInVisit, Visiting
from gateway.window.wording import later

router = APIRouter(route_class=PageRoute, include_in_schema=False)
BASE = "/api/carriers/v1"
HERE = "incubating"
STAYING = (HERE, "graduation_requested", "graduation_verified")

SEATS = Ask(
    "seats",
    later("增加工位"),
    (
        Question("numbers", "lines", later("工位编号"), hint=later("每行一个，例如 B-01")),
        Question("kind", "choice", later("工位类型"), "kinds"),
        Question("area_m2", "integer", later("每个工位的面积"), unit=later("平方米")),
    ),
)
PROFILE = Ask(
    "profile",
    later("保存资料"),
    (
        Question("name", "text", later("名称")),
        Question("address", "text", later("地址")),
        Question("area_m2", "integer", later("场地面积"), unit=later("平方米")),
        Question(
            "workstation_area_m2",
            "integer",
            later("其中工位面积"),
            required=False,
            unit=later("平方米"),
        ),
        Question(
            "public_area_m2", "integer", later("公共服务面积"), required=False, unit=later("平方米")
        ),
        Question("fields", "choices", later("专业方向"), "fields", required=False),
        Question("spaces", "choices", later("空间"), "spaces", required=False),
        Question("introduction", "textarea", later("介绍"), required=False),
        Question(
            "changed_on",
            "date",
            later("从哪天起是这样"),
            hint=later("名称、地址、面积的变化应当在三个月内报告，晚报会记下来"),
        ),
    ),
)
KEPT = ("lat", "lon", "field", "site_origin")


async def carrier_of(visit: Visiting, code: str) -> Answer:
    """The carrier, when it is one of the reader's organisation's. Raises Refusal 404 otherwise."""
    mine = (await visit.services.get("carriers", f"{BASE}/carriers/mine")).body["items"]
    if code not in {one["code"] for one in mine}:
        raise Refusal(404, {})
    return await visit.services.get("carriers", f"{BASE}/carriers/{code}")


async def names_of(visit: Visiting) -> dict[str, dict[str, str]]:
    """Types and tiers of carriers in words."""
    kinds = (await visit.services.get("carriers", f"{BASE}/carrier-types")).body
    return {
        "type": {row["code"]: visit.label(row["name"]) for row in kinds["types"]},
        "tier": {row["code"]: visit.label(row["name"]) for row in kinds["tiers"]},
    }


async def states_of_tenancies(visit: Visiting) -> dict[str, str]:
    """The states of a tenancy in words, as the matter says them."""
    _, matter = await matter_of(visit.services, "tenancy")
    return {s["code"]: visit.label(s["label"]) for s in matter["workflow"]["states"]}


@router.get("/desk")
async def desk_page(visit: SignedInVisit) -> Response:
    """My carriers, each with how full it is."""
    mine = (await visit.services.get("carriers", f"{BASE}/carriers/mine")).body["items"]
    counts = await asyncio.gather(
        *(
            visit.services.get("carriers", f"{BASE}/carriers/{one['code']}/occupancy")
            for one in mine
        )
    )
    rows = [one | {"seats": answer.body} for one, answer in zip(mine, counts, strict=True)]
    regions = await regions_of(visit, {one["region_code"] for one in mine})
    return visit.page("desk/list.html", rows=rows, names=await names_of(visit), regions=regions)


@router.get("/desk/{code}")
async def carrier_page(visit: SignedInVisit, code: str) -> Response:
    """What it stands at: seats, tenants, titles, the yearly assessments."""
    carrier = (await carrier_of(visit, code)).body
    path = f"{BASE}/carriers/{code}"
    seats, tenants, titles, years = [
        answer.body
        for answer in await asyncio.gather(
            visit.services.get("carriers", f"{path}/occupancy"),
            visit.services.get("carriers", f"{path}/tenants", state=HERE, limit=200),
            visit.services.get("carriers", f"{path}/titles"),
            visit.services.get("carriers", f"{path}/assessments"),
        )
    ]
    words = {
        name: await labels_of(visit, "carriers", name)
        for name in ("title_kinds", "title_statuses", "assessment_states", "assessment_grades")
    }
    return visit.page(
        "desk/carrier.html",
        carrier=carrier,
        seats=seats,
        tenants=len(tenants["items"]),
        many=bool(tenants["next"]),
        titles=titles["items"],
        years=years["items"],
        words=words,
        names=await names_of(visit),
    )


@router.get("/desk/{code}/tenants")
async def tenants_page(
    visit: SignedInVisit, code: str, state: str = HERE, after: str = ""
) -> Response:
    """Who is here; `state` shows another pile, `all` everybody there ever was."""
    carrier = (await carrier_of(visit, code)).body
    found = await visit.services.get(
        "carriers",
        f"{BASE}/carriers/{code}/tenants",
        state="" if state == "all" else state,
        cursor=after,
        limit=50,
    )
    waiting = await visit.services.get(
        "carriers", f"{BASE}/cases", matter="tenancy", state="submitted", limit=50
    )
    return visit.page(
        "desk/tenants.html",
        carrier=carrier,
        rows=found.body["items"],
        next=found.body.get("next"),
        state=state,
        applied=waiting.body["items"] if state == HERE and not after else [],
        states=await states_of_tenancies(visit),
    )


@router.get("/desk/{code}/seats")
async def seats_page(visit: SignedInVisit, code: str, free: str = "", after: str = "") -> Response:
    return await _seats(visit, code, free=free, after=after)


@router.post("/desk/{code}/seats")
async def add_seats(visit: SignedInVisit, code: str) -> Response:
    """Number new seats: all of them or none."""
    lists = await _seat_lists(visit)
    path = f"{BASE}/carriers/{code}/workstations"
    done, faults = await send(visit, SEATS, "carriers", path, lists=lists)
    if done is None:
        return await _seats(visit, code, faults=faults)
    return visit.go(f"/desk/{code}/seats?did=1")


async def _seat_lists(visit: Visiting) -> dict[str, dict[str, str]]:
    return {"kinds": await labels_of(visit, "carriers", "workstation_kinds")}


async def _seats(
    visit: Visiting,
    code: str,
    *,
    free: str = "",
    after: str = "",
    faults: list[Fault] | None = None,
) -> Response:
    carrier = (await carrier_of(visit, code)).body
    found = await visit.services.get(
        "carriers",
        f"{BASE}/carriers/{code}/workstations",
        free="true" if free else "",
        cursor=after,
        limit=25,
    )
    counted = await visit.services.get("carriers", f"{BASE}/carriers/{code}/occupancy")
    lists = await _seat_lists(visit)
    form = draw(visit, SEATS, f"/desk/{code}/seats", lists=lists, faults=faults or ())
    return visit.page(
        "desk/seats.html",
        status=422 if faults else 200,
        carrier=carrier,
        rows=found.body["items"],
        next=found.body.get("next"),
        seats=counted.body,
        free=bool(free),
        kinds=lists["kinds"],
        forms=[form],
        errors=[f.line for f in faults or ()],
        did=visit.say("工位已经增加") if "did" in visit.request.query_params else "",
    )


@router.get("/desk/{code}/profile")
async def profile_page(visit: SignedInVisit, code: str) -> Response:
    return await _profile(visit, await carrier_of(visit, code))


@router.post("/desk/{code}/profile")
async def edit_profile(visit: SignedInVisit, code: str) -> Response:
    """The whole profile as it is now; what the form does not ask for stays as it is."""
    answer = await carrier_of(visit, code)
    kept = {name: answer.body.get(name) for name in KEPT}
    done, faults = await send(
        visit,
        PROFILE,
        "carriers",
        f"{BASE}/carriers/{code}",
        lists=await _profile_lists(visit),
        method="PUT",
        fixed=kept,
    )
    if done is None:
        return await _profile(visit, answer, faults=faults)
    return visit.go(f"/desk/{code}/profile?did=1")


async def _profile_lists(visit: Visiting) -> dict[str, dict[str, str]]:
    return {
        "fields": await labels_of(visit, "carriers", "specialised_fields"),
        "spaces": await labels_of(visit, "carriers", "carrier_spaces"),
    }


async def _profile(
    visit: Visiting, answer: Answer, *, faults: list[Fault] | None = None
) -> Response:
    carrier: dict[str, Any] = answer.body
    code = carrier["reference"]
    changes = await visit.services.get("carriers", f"{BASE}/carriers/{code}/changes", limit=20)
    form = draw(
        visit,
        PROFILE,
        f"/desk/{code}/profile",
        lists=await _profile_lists(visit),
        version=str(visit.posted.get("version", "")) or answer.version,
        values=carrier,
        faults=faults or (),
    )
    said = {q.name: visit.say(q.label) for q in PROFILE.questions}
    return visit.page(
        "desk/profile.html",
        status=422 if faults else 200,
        carrier=carrier,
        form=form,
        changes=changes.body["items"],
        said=said | {"field": visit.say("专业方向")},
        errors=[f.line for f in faults or ()],
        did=visit.say("资料已经保存") if "did" in visit.request.query_params else "",
    )
