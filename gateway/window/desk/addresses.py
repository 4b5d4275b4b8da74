"""Hosted addresses of an operator's carrier and who may register a company there: grant, extend, revoke."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.desk.asking import Ask, Fault, Question, draw, send, whole
from gateway.window.desk.carriers import BASE, STAYING, carrier_of
from gateway.window.refusals import PageRoute
from gateway.window.services import Answer, Refusal
from gateway.window.visit import SignedInVisit, Visiting
from gateway.window.wording import later

router = APIRouter(route_class=PageRoute, include_in_schema=False)

GRANT = Ask(
    "grant",
    later("授予托管地址"),
    (
        Question("tenancy_id", "choice", later("给谁"), "tenants"),
        Question("address_id", "choice", later("哪个地址"), "addresses"),
        Question("uses_max", "integer", later("可以登记几家企业"), unit=later("家")),
        Question(
            "valid_to",
            "date",
            later("有效至"),
            required=False,
            hint=later("不填就到入驻期满为止"),
        ),
    ),
)
ADDRESS = Ask(
    "address",
    later("增加托管地址"),
    (
        Question("street", "text", later("详细地址"), hint=later("不含省、市、县，照登记时的写法")),
        Question("firms_max", "integer", later("最多登记几家企业"), unit=later("家")),
    ),
)
EXTEND = Ask("extend", later("改有效期"), (Question("valid_to", "date", later("有效至")),))
REVOKE = Ask(
    "revoke",
    later("收回授权"),
    (
        Question(
            "reason",
            "textarea",
            later("理由"),
            hint=later("收回后，已在这里登记的企业要变更住所"),
        ),
    ),
)
DID = {
    "grant": later("地址已经授予，对方可以用授权码开公司了"),
    "address": later("托管地址已经增加"),
    "extend": later("有效期已经修改"),
    "revoke": later("授权已经收回"),
}


def _did(visit: Visiting) -> str:
    did = visit.request.query_params.get("did", "")
    return visit.say(DID[did]) if did in DID else ""


@router.get("/desk/{code}/addresses")
async def addresses_page(visit: SignedInVisit, code: str, after: str = "") -> Response:
    return await _show(visit, code, after=after)


@router.post("/desk/{code}/addresses")
async def add_address(visit: SignedInVisit, code: str) -> Response:
    path = f"{BASE}/carriers/{code}/hosted-addresses"
    done, faults = await send(visit, ADDRESS, "carriers", path)
    if done is None:
        return await _show(visit, code, faults=faults)
    return visit.go(f"/desk/{code}/addresses?did=address")


@router.post("/desk/{code}/grants")
async def grant(visit: SignedInVisit, code: str) -> Response:
    """One grant to one tenant; which tenant is part of the service's address."""
    tenancy = str(visit.posted.get("/grant/tenancy_id", ""))
    lists = await _lists(visit, code, await _addresses(visit, code))
    if tenancy not in lists["tenants"]:
        return await _show(
            visit, code, faults=[Fault("/grant/tenancy_id", visit.say("请从选项中选择"))]
        )
    asked = Ask(GRANT.action, GRANT.label, GRANT.questions[1:])
    path = f"{BASE}/tenancies/{tenancy}/address-grants"
    done, faults = await send(visit, asked, "carriers", path, lists=lists)
    if done is None:
        return await _show(visit, code, faults=faults)
    return visit.go(f"/desk/{code}/grants/{done.body['code']}?did=grant")


async def _addresses(visit: Visiting, code: str) -> list[dict[str, Any]]:
    return await whole(visit, f"{BASE}/carriers/{code}/hosted-addresses")


async def _lists(
    visit: Visiting, code: str, addresses: Sequence[dict[str, Any]]
) -> dict[str, dict[str, str]]:
    """Whom one may give an address to, and which: present tenants, open addresses with room."""
    tenants = await whole(visit, f"{BASE}/carriers/{code}/tenants")
    return {
        "tenants": {t["id"]: t["name"] for t in tenants if t["state"] in STAYING},
        "addresses": {a["id"]: a["street"] for a in addresses if a["open"]},
    }


async def _show(
    visit: Visiting, code: str, *, after: str = "", faults: list[Fault] | None = None
) -> Response:
    carrier = (await carrier_of(visit, code)).body
    addresses = await _addresses(visit, code)
    found = await visit.services.get("carriers", f"{BASE}/address-grants", cursor=after, limit=100)
    lists = await _lists(visit, code, addresses)
    asks = [(ADDRESS, f"/desk/{code}/addresses")]
    if lists["tenants"] and lists["addresses"]:
        asks.insert(0, (GRANT, f"/desk/{code}/grants"))
    first = {"uses_max": 1, "address_id": next(iter(lists["addresses"]), "")}
    return visit.page(
        "desk/addresses.html",
        status=422 if faults else 200,
        carrier=carrier,
        addresses=addresses,
        grants=[g for g in found.body["items"] if g["carrier_code"] == code],
        next=found.body.get("next"),
        forms=[
            draw(visit, ask, href, lists=lists, values=first, faults=faults or ())
            for ask, href in asks
        ],
        errors=[f.line for f in faults or ()],
        did=_did(visit),
    )


@router.get("/desk/{code}/grants/{grant_code}")
async def grant_page(visit: SignedInVisit, code: str, grant_code: str) -> Response:
    return await _grant(visit, code, await _read(visit, code, grant_code))


@router.post("/desk/{code}/grants/{grant_code}/{action}")
async def change_grant(visit: SignedInVisit, code: str, grant_code: str, action: str) -> Response:
    """Another last day, or the end."""
    answer = await _read(visit, code, grant_code)
    chosen = next((a for a in _offered(answer.body) if a.action == action), None)
    if chosen is None:
        raise Refusal(409, {"code": "address_grant_over"})
    path = f"{BASE}/address-grants/{answer.body['code']}/actions/{action}"
    done, faults = await send(visit, chosen, "carriers", path)
    if done is None:
        return await _grant(visit, code, answer, faults=faults)
    return visit.go(f"/desk/{code}/grants/{grant_code}?did={action}")


async def _read(visit: Visiting, code: str, grant_code: str) -> Answer:
    answer = await visit.services.get("carriers", f"{BASE}/address-grants/{grant_code[:20]}")
    if answer.body["carrier_code"] != code:
        raise Refusal(404, {})
    return answer


def _offered(grant: dict[str, Any]) -> tuple[Ask, ...]:
    """A live grant is extended or revoked, one that closes only revoked, an ended one neither."""
    return {"live": (EXTEND, REVOKE), "closing": (REVOKE,)}.get(grant["state"], ())


async def _grant(
    visit: Visiting, code: str, answer: Answer, *, faults: list[Fault] | None = None
) -> Response:
    grant: dict[str, Any] = answer.body
    href = f"/desk/{code}/grants/{grant['code']}"
    tenancy = await visit.services.get("carriers", f"{BASE}/tenancies/{grant['tenancy_id']}")
    return visit.page(
        "desk/grant.html",
        status=422 if faults else 200,
        carrier=(await carrier_of(visit, code)).body,
        grant=grant,
        tenancy=tenancy.body,
        forms=[
            draw(
                visit,
                ask,
                f"{href}/{ask.action}",
                version=answer.version,
                values={"valid_to": grant["valid_to"]},
                faults=faults or (),
            )
            for ask in _offered(grant)
        ],
        errors=[f.line for f in faults or ()],
        did=_did(visit),
    )
