"""Giving public money and taking it back: a pool's or budget's page with its vouchers, and each one's own.

Two people of the treasury do it. Which forms a page has is what the service allows this reader; why another
is not there is said in the service's words.
"""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.codes import labels_of
from gateway.window.desk.asking import Ask, Fault, Question, draw, send
from gateway.window.refusals import PageRoute
from gateway.window.services import Answer, Refusal
from gateway.window.visit import SignedInVisit, Visiting
from gateway.window.wording import later

router = APIRouter(route_class=PageRoute, include_in_schema=False)
BASE = "/api/finance/v1"

MONEY = (
    Question("amount_fen", "money_yuan", later("金额"), unit=later("元")),
    Question(
        "reference",
        "text",
        later("凭证号"),
        hint=later("财政凭证的编号，例如 CZ-2026-0001；同一编号只记一次"),
    ),
)
CONTRIBUTE = Ask(
    "contribute",
    later("提出出资"),
    (Question("share", "choice", later("哪一级的份额"), "shares"), *MONEY),
)
APPROPRIATE = Ask("appropriate", later("提出预算下达"), MONEY)
CONFIRM = Ask("confirm", later("确认入账"), ())
CONFIRM_REVERSAL = Ask("confirm", later("确认冲正"), ())
WITHDRAW = Ask("withdraw", later("撤回这张凭证"), (Question("reason", "textarea", later("理由")),))
REVERSE = Ask(
    "reverse",
    later("提出冲正"),
    (
        Question(
            "reason",
            "textarea",
            later("理由"),
            hint=later("例如金额多记一个零；由另一人确认后才冲正"),
        ),
        Question("value_on", "date", later("冲正日期"), hint=later("入账日与今天之间")),
    ),
)
DID = {
    "propose": later("已经提出，等第二人确认"),
    "confirm": later("已经确认，账已记好"),
    "withdraw": later("已经撤回"),
    "reverse": later("冲正已经提出，等第二人确认"),
}


def _did(visit: Visiting) -> str:
    did = visit.request.query_params.get("did", "")
    return visit.say(DID[did]) if did in DID else ""


async def words_of(visit: Visiting) -> dict[str, dict[str, str]]:
    """The labels that every list of vouchers needs."""
    names = {"kinds": "voucher_kinds", "states": "voucher_states", "shares": "pool_shares"}
    return {key: await labels_of(visit, "finance", name) for key, name in names.items()}


async def waiting_vouchers(visit: Visiting) -> list[dict[str, Any]]:
    """What waits for a second person, the newest first."""
    found = await visit.services.get("finance", f"{BASE}/vouchers", state="proposed", limit=20)
    items: list[dict[str, Any]] = found.body["items"]
    return items


@router.get("/books/pools/{code}")
async def pool_page(visit: SignedInVisit, code: str, after: str = "") -> Response:
    """One pool: its shares, and every voucher that gave it money."""
    return await _pool(visit, code, after=after)


@router.post("/books/pools/{code}")
async def contribute(visit: SignedInVisit, code: str) -> Response:
    lists = {"shares": await _own_shares(visit, await _read(visit, "pools", code))}
    path = f"{BASE}/pools/{code}/contributions"
    done, faults = await send(visit, CONTRIBUTE, "finance", path, lists=lists)
    if done is None:
        return await _pool(visit, code, faults=faults)
    return visit.go(f"/books/vouchers/{done.body['id']}?did=propose")


@router.get("/books/budgets/{code}")
async def budget_page(visit: SignedInVisit, code: str, after: str = "") -> Response:
    """One budget: what is promised and paid of it, and every voucher that gave it money."""
    return await _budget(visit, code, after=after)


@router.post("/books/budgets/{code}")
async def appropriate(visit: SignedInVisit, code: str) -> Response:
    path = f"{BASE}/budgets/{code}/appropriations"
    done, faults = await send(visit, APPROPRIATE, "finance", path)
    if done is None:
        return await _budget(visit, code, faults=faults)
    return visit.go(f"/books/vouchers/{done.body['id']}?did=propose")


async def _read(visit: Visiting, what: str, code: str) -> dict[str, Any]:
    found: dict[str, Any] = (await visit.services.get("finance", f"{BASE}/{what}/{code}")).body
    return found


async def _own_shares(visit: Visiting, pool: dict[str, Any]) -> dict[str, str]:
    """The shares that this reader may pay into."""
    labels = await labels_of(visit, "finance", "pool_shares")
    own = [one["share"] for one in pool["shares"] if one["allowed_actions"]]
    return {share: labels.get(share, share) for share in own}


async def _pool(
    visit: Visiting, code: str, *, after: str = "", faults: list[Fault] | None = None
) -> Response:
    pool = await _read(visit, "pools", code)
    lists = {"shares": await _own_shares(visit, pool)}
    first = {"share": next(iter(lists["shares"]), "")}
    href = f"/books/pools/{code}"
    form = draw(visit, CONTRIBUTE, href, lists=lists, values=first, faults=faults or ())
    return await _fund(
        visit, pool, href, form if lists["shares"] else None, after, faults, pool_code=code
    )


async def _budget(
    visit: Visiting, code: str, *, after: str = "", faults: list[Fault] | None = None
) -> Response:
    budget, href = await _read(visit, "budgets", code), f"/books/budgets/{code}"
    form = draw(visit, APPROPRIATE, href, faults=faults or ())
    may = form if budget["allowed_actions"] else None
    return await _fund(visit, budget, href, may, after, faults, budget_code=code)


async def _fund(
    visit: Visiting,
    fund: dict[str, Any],
    href: str,
    form: Any,
    after: str,
    faults: list[Fault] | None,
    **which: str,
) -> Response:
    found = await visit.services.get("finance", f"{BASE}/vouchers", cursor=after, limit=20, **which)
    return visit.page(
        "desk/fund.html",
        status=422 if faults else 200,
        fund=fund,
        href=href,
        rows=found.body["items"],
        next=found.body.get("next"),
        words=await words_of(visit),
        forms=[form] if form else [],
        errors=[f.line for f in faults or ()],
    )


@router.get("/books/vouchers/{voucher_id}")
async def voucher_page(visit: SignedInVisit, voucher_id: UUID) -> Response:
    return await _voucher(visit, await _find(visit, voucher_id))


@router.post("/books/vouchers/{voucher_id}/{action}")
async def answer_voucher(visit: SignedInVisit, voucher_id: UUID, action: str) -> Response:
    """Confirm, withdraw, or propose to take it back."""
    found = await _find(visit, voucher_id)
    chosen = next(((ask, to) for ask, to in _offered(found.body) if ask.action == action), None)
    if chosen is None:
        raise Refusal(409, {"code": "illegal_transition"})
    ask, path = chosen
    done, faults = await send(visit, ask, "finance", path)
    if done is None:
        return await _voucher(visit, found, faults=faults)
    return visit.go(f"/books/vouchers/{done.body['id']}?did={action}")


async def _find(visit: Visiting, voucher_id: UUID) -> Answer:
    return await visit.services.get("finance", f"{BASE}/vouchers/{voucher_id}")


def _offered(voucher: dict[str, Any]) -> list[tuple[Ask, str]]:
    """The forms of what the service allows, each with where it goes."""
    confirm = CONFIRM_REVERSAL if voucher["reverses"] else CONFIRM
    asks = {ask.action: ask for ask in (confirm, WITHDRAW, REVERSE)}
    return [
        (asks[one["action"]], one["href"])
        for one in voucher["allowed_actions"]
        if one["action"] in asks
    ]


async def _voucher(
    visit: Visiting, answer: Answer, *, faults: list[Fault] | None = None
) -> Response:
    voucher = answer.body
    what, code = ("pools", voucher["pool_code"]) if voucher["pool_code"] else (
        "budgets", voucher["budget_code"]
    )  # fmt: skip
    href = f"/books/vouchers/{voucher['id']}"
    return visit.page(
        "desk/voucher.html",
        status=422 if faults else 200,
        voucher=voucher,
        fund=await _read(visit, what, code),
        fund_href=f"/books/{what}/{code}",
        words=await words_of(visit),
        forms=[
            draw(
                visit,
                ask,
                f"{href}/{ask.action}",
                version=answer.version,
                faults=faults or (),
            )
            for ask, _ in _offered(voucher)
        ],
        errors=[f.line for f in faults or ()],
        did=_did(visit),
    )
