"""The books, for who answers for the money: pools, budgets, accounts, journal. For reading only."""

from typing import Any, Literal

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.codes import labels_of
from gateway.window.desk.vouchers import waiting_vouchers, words_of
from gateway.window.look import HEADERS
from gateway.window.refusals import PageRoute
from gateway.window.visit import SignedInVisit, Visiting

router = APIRouter(route_class=PageRoute, include_in_schema=False)
BASE = "/api/finance/v1"
PASSED_ON = ("content-type", "content-disposition")


@router.get("/books")
async def books_page(visit: SignedInVisit) -> Response:
    """What there is for what: each pool with its levels, each budget with its four sums."""
    pools = await visit.services.get("finance", f"{BASE}/pools", limit=50)
    budgets = await visit.services.get("finance", f"{BASE}/budgets", limit=50)
    return visit.page(
        "desk/books.html",
        pools=[pool | _sums(pool) for pool in pools.body["items"]],
        budgets=budgets.body["items"],
        shares=await labels_of(visit, "finance", "pool_shares"),
        waiting=await waiting_vouchers(visit),
        words=await words_of(visit),
    )


def _sums(pool: dict[str, Any]) -> dict[str, Any]:
    names = ("contributed_fen", "compensated_fen", "returned_fen", "money_fen", "free_fen")
    return {"sums": {name: sum(share[name] for share in pool["shares"]) for name in names}}


@router.get("/books/accounts")
async def accounts_page(visit: SignedInVisit, kind: str = "", after: str = "") -> Response:
    """Every account with its balance."""
    answer = await visit.services.get(
        "finance", f"{BASE}/ledger/accounts", kind=kind, cursor=after, limit=50
    )
    return visit.page(
        "desk/accounts.html",
        rows=answer.body["items"],
        next=answer.body.get("next"),
        kind=kind,
        kinds=await labels_of(visit, "finance", "account_kinds"),
    )


@router.get("/books/accounts/{code}")
async def account_page(visit: SignedInVisit, code: str, after: str = "") -> Response:
    """One account: what went in and out, with the balance after each entry."""
    account = await _account(visit, code)
    path = f"{BASE}/ledger/accounts/{code}/entries"
    answer = await visit.services.get("finance", path, cursor=after, limit=50)
    return visit.page(
        "desk/account.html",
        account=account,
        rows=answer.body["items"],
        next=answer.body.get("next"),
        kinds=await labels_of(visit, "finance", "account_kinds"),
    )


async def _account(visit: Visiting, code: str) -> dict[str, Any]:
    """The account of exactly this code, or only its code where the list does not lead with it."""
    path = f"{BASE}/ledger/accounts"
    items = (await visit.services.get("finance", path, under=code, limit=1)).body["items"]
    return next((row for row in items if row["code"] == code), {"code": code})


@router.get("/books/export")
async def export(
    visit: SignedInVisit,
    format: Literal["hledger", "beancount"] = "hledger",  # noqa: A002  the API's own word
) -> Response:
    """The journal as the service writes it, handed through."""
    answer = await visit.services.get("finance", f"{BASE}/ledger/export", format=format)
    kept = {k: v for k, v in answer.headers.items() if k.lower() in PASSED_ON}
    return Response(answer.content, headers=HEADERS | kept)
