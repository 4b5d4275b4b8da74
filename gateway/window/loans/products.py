"""Loan products: how much, at which rate, for how long, who bears the risk, what paying back looks like, and
which conditions stand in the way, before anybody begins an application. The service knows and computes it."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.codes import labels_of
from gateway.window.fields.numbers import FAULTS, NumberKind, read_number
from gateway.window.fields.shapes import Field
from gateway.window.fields.telling import told
from gateway.window.refusals import PageRoute
from gateway.window.services import Refusal
from gateway.window.visit import Visit, Visiting
from gateway.window.wording import later

router = APIRouter(route_class=PageRoute, include_in_schema=False)
BASE = "/api/finance/v1"
EXAMPLE_FEN, EXAMPLE_MONTHS = 100_000_000, 12
AMOUNT, MONTHS = later("贷款金额"), later("期限")


@router.get("/loans/products")
async def products_page(visit: Visit) -> Response:
    """What is offered; first what one can apply for here."""
    rows = (await visit.services.get("finance", f"{BASE}/products", limit=100)).body["items"]
    rows.sort(key=lambda row: row["closed_here"] is not None)
    kinds = await labels_of(visit, "finance", "product_kinds")
    return visit.page("loans/products.html", rows=rows, kinds=kinds)


@router.get("/loans/products/{code}")
async def product_page(
    visit: Visit, code: str, amount: str = "", months: str = "", method: str = "", uscc: str = ""
) -> Response:
    """One product for one of the reader's enterprises, with an example of paying it back."""
    product = (await visit.services.get("finance", f"{BASE}/products/{code}")).body
    methods = await labels_of(visit, "finance", "repayment_methods")
    asked = _asked(product["terms"], amount, months, method if method in methods else "")
    example, errors = await _example(visit, code, asked, explicit=bool(amount or months))
    mine, chosen, answer = await _answer(visit, code, uscc)
    return visit.page(
        "loans/product.html",
        status=422 if errors else 200,
        product=product,
        kinds=await labels_of(visit, "finance", "product_kinds"),
        methods=methods,
        asked=asked,
        example=example,
        errors=errors,
        mine=mine,
        chosen=chosen,
        answer=answer,
    )


def _asked(terms: dict[str, Any], amount: str, months: str, method: str) -> dict[str, str]:
    """What the example is of: as typed, else a usual one within the product's limits."""
    most, longest = terms["most_fen"] or EXAMPLE_FEN, terms["longest_months"] or EXAMPLE_MONTHS
    return {
        "amount": amount[:30] or str(min(EXAMPLE_FEN, most) // 100),
        "months": months[:10] or str(min(EXAMPLE_MONTHS, longest)),
        "method": method or "equal_instalments",
    }


async def _example(
    visit: Visiting, code: str, asked: dict[str, str], *, explicit: bool
) -> tuple[dict[str, Any] | None, list[dict[str, str]]]:
    """The plan, or what is wrong with what was typed; nothing where the product names no rate."""
    amount = read_number("money_yuan", asked["amount"])
    months = read_number("integer", asked["months"], unit="个月")
    errors = []
    read: tuple[tuple[str, NumberKind, int | str | None], ...] = (
        ("amount", "money_yuan", amount),
        ("months", "integer", months),
    )
    for field, kind, value in read:
        if value is None:
            fault = FAULTS[kind]
            errors.append({"field": field, "text": visit.say(fault)})
    if errors:
        return None, errors
    try:
        found = await visit.services.get(
            "finance",
            f"{BASE}/products/{code}/repayment-preview",
            amount_fen=amount,
            months=months,
            repayment_method=asked["method"],
        )
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return None, _said(visit, refusal) if explicit else []
    return found.body, []


def _said(visit: Visiting, refusal: Refusal) -> list[dict[str, str]]:
    fields = (
        Field("amount_fen", "/amount_fen", "money_yuan", visit.say(AMOUNT), minimum="1000000"),
        Field("months", "/months", "integer", visit.say(MONTHS), unit=visit.say("个月")),
    )
    lines = []
    for error in refusal.errors:
        name = str(error.get("pointer", "")).rsplit("/", 1)[-1]
        here = {**error, "pointer": f"/{name}"}
        field = {"amount_fen": "amount", "months": "months"}.get(name, "")
        if field:
            lines.append({"field": field, "text": told(visit, here, fields)})
    return lines


async def _answer(
    visit: Visiting, code: str, uscc: str
) -> tuple[list[dict[str, Any]], str, dict[str, Any] | None]:
    """The reader's enterprises, the chosen one, and what its conditions say of this product."""
    if visit.session is None or visit.is_staff:
        return [], "", None
    try:
        mine = (await visit.services.get("finance", f"{BASE}/enterprises/mine")).body["items"]
    except Refusal as refusal:
        if refusal.status != 403:
            raise
        return [], "", None
    chosen = uscc if uscc in {e["uscc"] for e in mine} else (mine[0]["uscc"] if mine else "")
    if not chosen:
        return [], "", None
    path = f"{BASE}/enterprises/{chosen}/entitlements"
    rows = (await visit.services.get("finance", path)).body["items"]
    return mine, chosen, next((row for row in rows if row["code"] == code), None)
