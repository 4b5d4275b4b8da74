"""A founder's place in a carrier: tenancies, the address to register at, services and their rating."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.codes import labels_of
from gateway.window.desk.asking import Ask, Fault, Question, draw, send
from gateway.window.desk.carriers import BASE, states_of_tenancies
from gateway.window.refusals import PageRoute
from gateway.window.regions import regions_of
from gateway.window.services import Refusal
from gateway.window.visit import SignedInVisit, Visiting
from gateway.window.wording import later

router = APIRouter(route_class=PageRoute, include_in_schema=False)

STARS = {
    "5": later("5 星 很满意"),
    "4": later("4 星 满意"),
    "3": later("3 星 一般"),
    "2": later("2 星 不满意"),
    "1": later("1 星 很不满意"),
}
ENTITIES = "/api/registration/v1/entities"
MUST_MOVE = {"closing": "hosted", "ended": "lapsed"}
RATE = Ask(
    "rate",
    later("提交评价"),
    (
        Question("stars", "choice", later("您觉得这次服务怎么样"), "stars"),
        Question("comment", "textarea", later("想说的话"), required=False),
    ),
)


@router.get("/tenancy")
async def tenancy_page(visit: SignedInVisit, after: str = "") -> Response:
    """Where I am, at which address I may register, what was done for me."""
    tenancies, grants, entries = await asyncio.gather(
        visit.services.get("carriers", f"{BASE}/tenancies", limit=50),
        visit.services.get("carriers", f"{BASE}/address-grants", limit=50),
        visit.services.get("carriers", f"{BASE}/service-entries", cursor=after, limit=20),
    )
    return visit.page(
        "desk/tenancy.html",
        rows=tenancies.body["items"],
        moving=await _moving(visit, grants.body["items"]),
        grants=grants.body["items"],
        entries=entries.body["items"],
        next=entries.body.get("next"),
        states=await states_of_tenancies(visit),
        categories=await labels_of(visit, "carriers", "service_categories"),
        regions=await regions_of(visit, {g["region_code"] for g in grants.body["items"]}),
        did=visit.say("谢谢您的评价") if "did" in visit.request.query_params else "",
    )


async def _moving(visit: Visiting, grants: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """My firms at an address that is or will soon be hosted no more, and until when each has to move; the
    register says which have moved already."""
    last = {firm["uscc"]: (firm, grant) for grant in reversed(grants) for firm in grant["uses"]}
    leaving = [(firm, grant) for firm, grant in last.values() if grant["state"] in MUST_MOVE]
    entities = await asyncio.gather(*(_entity(visit, firm["uscc"]) for firm, _ in leaving))
    return [
        {**firm, "street": grant["street"], "grant": grant, "over": grant["state"] == "ended"}
        for (firm, grant), entity in zip(leaving, entities, strict=True)
        if entity["address_status"] == MUST_MOVE[grant["state"]] and entity["state"] == "active"
    ]


async def _entity(visit: Visiting, uscc: str) -> dict[str, Any]:
    """What the register says; while it says nothing, the rest of the page is still there."""
    try:
        found = await visit.services.get("registration", f"{ENTITIES}/{uscc}")
    except Refusal:
        return {"address_status": "", "state": ""}
    return dict(found.body)


@router.get("/tenancy/services/{entry_id}")
async def service_page(visit: SignedInVisit, entry_id: UUID) -> Response:
    return await _show(visit, entry_id)


@router.post("/tenancy/services/{entry_id}/rate")
async def rate(visit: SignedInVisit, entry_id: UUID) -> Response:
    """One to five stars, once."""
    stars = str(visit.posted.get("/rate/stars", ""))
    asked = Ask(RATE.action, RATE.label, RATE.questions[1:])
    fixed = {"stars": int(stars)} if stars in STARS else {}
    path = f"{BASE}/service-entries/{entry_id}/ratings"
    done, faults = await send(visit, asked, "carriers", path, fixed=fixed)
    if done is None:
        return await _show(visit, entry_id, faults=faults)
    return visit.go("/tenancy?did=1")


async def _show(visit: Visiting, entry_id: UUID, *, faults: list[Fault] | None = None) -> Response:
    entry = (await visit.services.get("carriers", f"{BASE}/service-entries/{entry_id}")).body
    stars = {code: visit.say(text) for code, text in STARS.items()}
    may = entry["stars"] is None and not entry["reversed_by"] and not entry["reverses"]
    href = f"/tenancy/services/{entry_id}/rate"
    form = draw(visit, RATE, href, lists={"stars": stars}, faults=faults or ())
    return visit.page(
        "desk/service.html",
        status=422 if faults else 200,
        entry=entry,
        stars=stars,
        categories=await labels_of(visit, "carriers", "service_categories"),
        form=form if may else None,
        errors=[f.line for f in faults or ()],
    )
