"""What the administrator looks up: places, organisations, and the values of law and policy as they are.

Nothing is changed here. A value is changed by two people, with its source and its day; that is a matter of
its own and not built yet.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from gateway.identity import accounts_store, staff
from gateway.identity import administration as admin
from gateway.identity.organisations import organisations, programs_of, serving
from gateway.window.admin.routes import ROLES, STATES
from gateway.window.codes import labels_of
from gateway.window.offices.naming import offices, said
from gateway.window.refusals import PageRoute
from gateway.window.services import Refusal, Service
from gateway.window.visit import SignedInVisit, Visiting
from gateway.window.wording import later
from kit.errors import NotFound

router = APIRouter(route_class=PageRoute, include_in_schema=False)
LEVELS = {
    "province": later("省级"),
    "prefecture": later("市级"),
    "county": later("县级"),
    "districts": later("市辖区（统计用）"),
}
SHOWN = 200


@router.get("/admin/regions")
async def regions_page(visit: SignedInVisit, parent: str = "", q: str = "") -> Response:
    """A level of the tree, or what a search finds; with the offices that serve each place."""
    identity, _ = admin.permitted(visit.request, visit.session)
    query = {"q": q[:40]} if q else {"parent": parent or "root"}
    path = "/api/registration/v1/regions"
    try:
        answer, above = await asyncio.gather(
            visit.services.get("registration", path, limit=SHOWN, **query), _region(visit, parent)
        )
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        raise Refusal(404, {}) from refusal
    async with identity.database.reader() as connection:
        staffed = await serving(connection)
    return visit.page(
        "admin/regions.html",
        rows=answer.body["items"],
        more=bool(answer.body.get("next")),
        above=above,
        q=q,
        staffed=staffed,
        levels={key: visit.say(text) for key, text in LEVELS.items()},
    )


async def _region(visit: Visiting, code: str) -> dict[str, Any] | None:
    if not code:
        return None
    answer = await visit.services.get("registration", f"/api/registration/v1/regions/{code}")
    found: dict[str, Any] = answer.body["present"] or answer.body["history"][-1]
    return found


@router.get("/admin/organisations")
async def organisations_page(visit: SignedInVisit) -> Response:
    identity, _ = admin.permitted(visit.request, visit.session)
    async with identity.database.reader() as connection:
        rows = await organisations(connection)
    return visit.page(
        "admin/organisations.html", rows=rows, names=await _names(visit), roles=_roles(visit)
    )


@router.get("/admin/organisations/{code}")
async def organisation_page(visit: SignedInVisit, code: str) -> Response:
    """Who acts for an organisation, and which programs."""
    identity, _ = admin.permitted(visit.request, visit.session)
    async with identity.database.reader() as connection:
        people = await accounts_store.list_accounts(connection, limit=SHOWN, after=None, org=code)
        programs = await programs_of(connection, code)
    if not people and not programs:
        raise NotFound
    return visit.page(
        "admin/organisation.html",
        code=code,
        name=(await _names(visit)).get(code, code),
        people=[staff.view_account(identity, row) for row in people[:SHOWN]],
        programs=programs,
        roles=_roles(visit),
        states={key: visit.say(text) for key, text in STATES.items()},
    )


def _roles(visit: Visiting) -> dict[str, str]:
    return {key: visit.say(text) for key, text in ROLES.items()}


async def _names(visit: Visiting) -> Mapping[str, str]:
    """What departments, banks and operators are called; a code whose service is silent stays a code."""
    departments, banks, operators = await asyncio.gather(
        labels_of(visit, "registration", "departments"),
        _listed(visit, "finance", "partners"),
        _listed(visit, "carriers", "carriers"),
    )
    names = {str(one["code"]): visit.label(one["name"]) for one in banks}
    names |= {
        str(one["operator_org"]): visit.label(one["name"])
        for one in operators
        if one.get("operator_org")
    }
    offices_here = {one["code"]: said(one, visit.language)["name"] for one in offices()}
    return {**names, **offices_here, **departments}


async def _listed(visit: Visiting, service: Service, what: str) -> list[dict[str, Any]]:
    try:
        answer = await visit.services.get(service, f"/api/{service}/v1/{what}", limit=SHOWN)
    except Refusal:  # the codes are there without it
        return []
    found: list[dict[str, Any]] = answer.body["items"]
    return found


@router.get("/admin/parameters")
async def parameters_page(visit: SignedInVisit, q: str = "") -> Response:
    """Every dated value that the services publish: the law's, the loan schemes', the recognition's."""
    admin.permitted(visit.request, visit.session)
    law, products, criteria = await asyncio.gather(
        _listed(visit, "registration", "parameters"), _products(visit), _criteria(visit)
    )
    groups = {
        visit.say("登记"): [_of_law(one) for one in law],
        visit.say("贷款产品"): products,
        visit.say("众创空间备案条件"): criteria,
    }
    wanted = q.strip().casefold()

    def fits(row: dict[str, Any]) -> bool:
        said_of = f"{row['key']} {visit.label(row['name'])} {row['source']}"
        return wanted in said_of.casefold()

    shown = [
        {"title": title, "rows": [row for row in rows if fits(row)]}
        for title, rows in groups.items()
    ]
    return visit.page("admin/parameters.html", groups=shown, q=q)


def _of_law(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": one["key"],
        "name": one["name"],
        "value": one["value"],
        "operator": one["operator"],
        "unit": one["unit"],
        "from_on": one["valid_from_on"],
        "to_on": one["valid_to_on"],
        "source": f"{one['source_doc']} {one['source_clause'] or ''}".strip(),
        "demo": one["is_demo"],
    }


async def _products(visit: Visiting) -> list[dict[str, Any]]:
    listed = await _listed(visit, "finance", "products")
    found = await asyncio.gather(*(_product(visit, str(one["code"])) for one in listed))
    return [row for rows in found for row in rows]


async def _product(visit: Visiting, code: str) -> list[dict[str, Any]]:
    try:
        answer = await visit.services.get("finance", f"/api/finance/v1/products/{code}")
    except Refusal:
        return []
    return [
        {
            "key": f"{code}.{one['key']}",
            "name": answer.body["name"],
            "value": one["value"],
            "operator": one["operator"],
            "unit": one["unit"],
            "from_on": one["valid_from"],
            "to_on": one["valid_to"],
            "source": f"{one['source_document']} {one['source_clause']}".strip(),
            "demo": "演示" in one["source_document"],
        }
        for one in answer.body.get("parameters") or []
    ]


async def _criteria(visit: Visiting) -> list[dict[str, Any]]:
    path = "/api/carriers/v1/recognition-criteria/maker_space_filing"
    try:
        answer = await visit.services.get("carriers", path)
    except Refusal:
        return []
    return [
        {
            "key": one["key"],
            "name": one["label"],
            "value": one["threshold"] or "—",
            "operator": one["operator"],
            "unit": one["unit"],
            "from_on": one["valid_from"],
            "to_on": one["valid_to"],
            "source": f"{one['source_document']} {one['source_clause']}".strip(),
            "demo": "演示" in one["source_document"],
        }
        for one in answer.body["criteria"]
    ]
