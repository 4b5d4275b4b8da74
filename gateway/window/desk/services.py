"""The service ledger of an operator's carrier: what was done for whom, and by which provider."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.codes import labels_of
from gateway.window.desk.asking import Ask, Fault, Question, draw, send, whole
from gateway.window.desk.carriers import BASE, STAYING, carrier_of
from gateway.window.refusals import PageRoute
from gateway.window.services import Refusal
from gateway.window.visit import SignedInVisit, Visiting
from gateway.window.wording import later

router = APIRouter(route_class=PageRoute, include_in_schema=False)
GONE = ("graduated", "left", "expired", "terminated")

RECORD = Ask(
    "record",
    later("记一条服务"),
    (
        Question("tenancy_id", "choice", later("服务了谁"), "tenants"),
        Question("provider_id", "choice", later("由谁提供"), "providers"),
        Question("category", "choice", later("类别"), "categories"),
        Question("served_on", "date", later("日期")),
        Question("hours", "decimal", later("时长"), unit=later("小时")),
        Question("fee_fen", "money_yuan", later("费用"), hint=later("没有收费就填 0")),
        Question("proof", "text", later("凭据"), hint=later("例如签到表编号")),
    ),
)
PROVIDER = Ask(
    "provider",
    later("增加服务机构"),
    (
        Question("name", "text", later("名称")),
        Question("uscc", "text", later("统一社会信用代码"), required=False),
    ),
)
WHY = (Question("reason", "textarea", later("理由")),)
REVERSE = Ask("reverse", later("冲销这一条"), WHY)
REINSTATE = Ask("reinstate", later("恢复服务"), WHY)
REMOVE = Ask("remove", later("移出名单"), WHY)
DID = {
    "record": later("服务已经记下"),
    "provider": later("服务机构已经加入名单"),
    "reverse": later("这一条已经冲销"),
    "reinstate": later("已经恢复服务"),
    "remove": later("已经移出名单"),
}


def _did(visit: Visiting) -> str:
    did = visit.request.query_params.get("did", "")
    return visit.say(DID[did]) if did in DID else ""


async def _words(visit: Visiting) -> dict[str, dict[str, str]]:
    return {
        "categories": await labels_of(visit, "carriers", "service_categories"),
        "standings": await labels_of(visit, "carriers", "provider_standings"),
    }


async def _providers(visit: Visiting, code: str) -> list[dict[str, Any]]:
    return await whole(visit, f"{BASE}/carriers/{code}/service-providers")


async def _lists(visit: Visiting, code: str) -> dict[str, dict[str, str]]:
    """Tenants present and past, providers that may serve, the ten categories."""
    tenants = await whole(visit, f"{BASE}/carriers/{code}/tenants")
    return {
        "tenants": {t["id"]: t["name"] for t in tenants if t["state"] in (*STAYING, *GONE)},
        "providers": {
            p["id"]: p["name"]
            for p in await _providers(visit, code)
            if p["standing"] in ("active", "warning")
        },
        "categories": await labels_of(visit, "carriers", "service_categories"),
    }


@router.get("/desk/{code}/services")
async def services_page(
    visit: SignedInVisit, code: str, category: str = "", after: str = ""
) -> Response:
    return await _show(visit, code, category=category, after=after)


@router.post("/desk/{code}/services")
async def record(visit: SignedInVisit, code: str) -> Response:
    """One service to one tenant."""
    path = f"{BASE}/carriers/{code}/service-entries"
    lists = await _lists(visit, code)
    done, faults = await send(visit, RECORD, "carriers", path, lists=lists)
    if done is None:
        return await _show(visit, code, faults=faults)
    return visit.go(f"/desk/{code}/services?did=record")


async def _show(
    visit: Visiting,
    code: str,
    *,
    category: str = "",
    after: str = "",
    faults: list[Fault] | None = None,
) -> Response:
    carrier = (await carrier_of(visit, code)).body
    path = f"{BASE}/carriers/{code}/service-entries"
    found = await visit.services.get("carriers", path, category=category, cursor=after, limit=30)
    lists = await _lists(visit, code)
    may = lists["tenants"] and lists["providers"]
    form = draw(visit, RECORD, f"/desk/{code}/services", lists=lists, faults=faults or ())
    return visit.page(
        "desk/services.html",
        status=422 if faults else 200,
        carrier=carrier,
        rows=found.body["items"],
        next=found.body.get("next"),
        category=category,
        words=await _words(visit),
        forms=[form] if may else [],
        lists=lists,
        errors=[f.line for f in faults or ()],
        did=_did(visit),
    )


@router.get("/desk/{code}/services/{entry_id}")
async def entry_page(visit: SignedInVisit, code: str, entry_id: UUID) -> Response:
    return await _entry(visit, code, entry_id)


@router.post("/desk/{code}/services/{entry_id}/reverse")
async def reverse(visit: SignedInVisit, code: str, entry_id: UUID) -> Response:
    """A wrong entry is taken back by another one."""
    path = f"{BASE}/service-entries/{entry_id}/reversals"
    done, faults = await send(visit, REVERSE, "carriers", path)
    if done is None:
        return await _entry(visit, code, entry_id, faults=faults)
    return visit.go(f"/desk/{code}/services/{entry_id}?did=reverse")


async def _entry(
    visit: Visiting, code: str, entry_id: UUID, *, faults: list[Fault] | None = None
) -> Response:
    carrier = (await carrier_of(visit, code)).body
    entry = (await visit.services.get("carriers", f"{BASE}/service-entries/{entry_id}")).body
    if entry["carrier_code"] != code:
        raise Refusal(404, {})
    href = f"/desk/{code}/services/{entry_id}/reverse"
    over = entry["reversed_by"] or entry["reverses"]
    return visit.page(
        "desk/entry.html",
        status=422 if faults else 200,
        carrier=carrier,
        entry=entry,
        words=await _words(visit),
        forms=[] if over else [draw(visit, REVERSE, href, faults=faults or ())],
        errors=[f.line for f in faults or ()],
        did=_did(visit),
    )


@router.get("/desk/{code}/providers")
async def providers_page(visit: SignedInVisit, code: str) -> Response:
    return await _all_providers(visit, code)


@router.post("/desk/{code}/providers")
async def add_provider(visit: SignedInVisit, code: str) -> Response:
    path = f"{BASE}/carriers/{code}/service-providers"
    done, faults = await send(visit, PROVIDER, "carriers", path)
    if done is None:
        return await _all_providers(visit, code, faults=faults)
    return visit.go(f"/desk/{code}/providers?did=provider")


async def _all_providers(
    visit: Visiting, code: str, *, faults: list[Fault] | None = None
) -> Response:
    carrier = (await carrier_of(visit, code)).body
    form = draw(visit, PROVIDER, f"/desk/{code}/providers", faults=faults or ())
    return visit.page(
        "desk/providers.html",
        status=422 if faults else 200,
        carrier=carrier,
        rows=await _providers(visit, code),
        words=await _words(visit),
        forms=[form],
        errors=[f.line for f in faults or ()],
        did=_did(visit),
    )


@router.get("/desk/{code}/providers/{provider_id}")
async def provider_page(visit: SignedInVisit, code: str, provider_id: UUID) -> Response:
    return await _provider(visit, code, provider_id)


@router.post("/desk/{code}/providers/{provider_id}/{action}")
async def decide_provider(
    visit: SignedInVisit, code: str, provider_id: UUID, action: str
) -> Response:
    """Back to serving, or off the list."""
    row = await _find_provider(visit, code, provider_id)
    chosen = next((a for a in _offered(row) if a.action == action), None)
    if chosen is None:
        raise Refusal(409, {"code": "standing_unchanged"})
    path = f"{BASE}/service-providers/{provider_id}/actions/{action}"
    done, faults = await send(visit, chosen, "carriers", path)
    if done is None:
        return await _provider(visit, code, provider_id, faults=faults)
    return visit.go(f"/desk/{code}/providers?did={action}")


def _offered(row: Mapping[str, Any]) -> tuple[Ask, ...]:
    """Who serves may be removed; who does not may be taken back."""
    return {"active": (REMOVE,), "warning": (REMOVE,), "suspended": (REINSTATE, REMOVE)}.get(
        row["standing"], (REINSTATE,)
    )


async def _find_provider(visit: Visiting, code: str, provider_id: UUID) -> dict[str, Any]:
    rows = await _providers(visit, code)
    found = next((row for row in rows if row["id"] == str(provider_id)), None)
    if found is None:
        raise Refusal(404, {})
    return found


async def _provider(
    visit: Visiting, code: str, provider_id: UUID, *, faults: list[Fault] | None = None
) -> Response:
    carrier = (await carrier_of(visit, code)).body
    row = await _find_provider(visit, code, provider_id)
    href = f"/desk/{code}/providers/{provider_id}"
    forms = [
        draw(visit, ask, f"{href}/{ask.action}", version=f'"{row["version"]}"', faults=faults or ())
        for ask in _offered(row)
    ]
    return visit.page(
        "desk/provider.html",
        status=422 if faults else 200,
        carrier=carrier,
        provider=row,
        words=await _words(visit),
        forms=forms,
        errors=[f.line for f in faults or ()],
    )
