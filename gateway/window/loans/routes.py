"""Loans: a founder's own, a bank's in the scheme, and what one's enterprise is entitled to.

A founder reads; a bank clerk also reports, by exactly the forms that the reply's `allowed_actions` offer.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.codes import labels_of, meanings
from gateway.window.fields.messages import pointer_in_form
from gateway.window.fields.pointers import input_id
from gateway.window.fields.reading import read_fields
from gateway.window.fields.shapes import Field
from gateway.window.fields.telling import told, unread
from gateway.window.fields.widgets import Drawing, widgets
from gateway.window.loans.reports import CLAIM, REPORTS, Report, fields_of
from gateway.window.refusals import PageRoute
from gateway.window.services import Answer, Refusal
from gateway.window.visit import SignedInVisit, Visiting

router = APIRouter(route_class=PageRoute, include_in_schema=False)
OWN, BANK = "/api/finance/v1", "/api/finance/bank/v1"
LISTS = (
    "loan_states",
    "repayment_methods",
    "repayment_purposes",
    "loan_classifications",
    "loan_entry_kinds",
    "claim_demands",
)


def _base(visit: Visiting) -> str:
    return BANK if visit.has_role("bank") else OWN


@router.get("/loans")
async def list_page(visit: SignedInVisit, after: str = "") -> Response:
    """My loans, or my bank's."""
    answer = await visit.services.get("finance", f"{_base(visit)}/loans", cursor=after, limit=50)
    return visit.page(
        "loans/list.html",
        rows=answer.body["items"],
        next=answer.body.get("next"),
        words=await _words(visit),
    )


@router.get("/loans/{loan_id}")
async def loan_page(visit: SignedInVisit, loan_id: UUID) -> Response:
    return await _show(visit, await _loan(visit, loan_id))


@router.post("/loans/{loan_id}/reports/{action}")
async def report(visit: SignedInVisit, loan_id: UUID, action: str) -> Response:
    """One report by the bank's clerk, once however often the button is pressed."""
    answer = await _loan(visit, loan_id)
    offered = {r.action: (r, href) for r, href in _offered(answer.body)}
    if action not in offered:
        raise Refusal(409, {"code": "illegal_transition"})
    chosen, href = offered[action]
    questions = fields_of(visit, chosen, await _words(visit))
    body, faults = read_fields(questions, visit.posted, base=f"/{action}")
    if action == "claim":
        body["loan_id"] = str(loan_id)
    if faults:
        lines = [
            {"pointer": f.pointer, "text": unread(visit, f, questions, base=f"/{action}")}
            for f in faults
        ]
        return await _show(visit, answer, action=action, faults=lines)
    try:
        done = await visit.services.post(
            "finance",
            href,
            body=body,
            key=str(visit.posted.get("one_time_key", "")),
            version=None if action == "claim" else str(visit.posted.get("version", "")),
        )
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        lines = await _said(visit, action, refusal, questions)
        return await _show(visit, answer, action=action, faults=lines)
    if action == "claim":
        return visit.go(f"/cases/{done.body['id']}")
    return visit.go(f"/loans/{loan_id}?did={action}")


async def _said(
    visit: Visiting, action: str, refusal: Refusal, questions: Sequence[Field]
) -> list[dict[str, str]]:
    known = await meanings(visit, "finance")
    lines = [
        {"pointer": f"/{action}{pointer_in_form(e)}", "text": told(visit, e, questions, known)}
        for e in refusal.errors
    ]
    said = refusal.problem.get("detail") or refusal.problem.get("title") or refusal.code
    return lines or [{"pointer": "", "text": str(said)}]


async def _loan(visit: Visiting, loan_id: UUID) -> Answer:
    return await visit.services.get("finance", f"{_base(visit)}/loans/{loan_id}")


def _offered(loan: dict[str, Any]) -> list[tuple[Report, str]]:
    """The forms of the reply's own offers; a defaulted loan without a claim may be claimed for."""
    hrefs = {a["action"]: a["href"] for a in loan["allowed_actions"]}
    found = [(r, hrefs[r.action]) for r in REPORTS if r.action in hrefs]
    if "claim" in hrefs:
        found.insert(0, (CLAIM, hrefs["claim"]))
    return found


async def _show(
    visit: Visiting,
    answer: Answer,
    *,
    action: str = "",
    faults: list[dict[str, str]] | None = None,
) -> Response:
    loan: dict[str, Any] = answer.body
    words = await _words(visit)
    beside = {f["pointer"]: f["text"] for f in faults or ()}
    forms = []
    for one, _ in _offered(loan):
        questions = fields_of(visit, one, words)
        typed = (
            read_fields(questions, visit.posted, base=f"/{action}")[0]
            if one.action == action
            else {}
        )
        drawing = Drawing(visit.language, {}, beside)
        forms.append(
            {
                "action": one.action,
                "label": visit.say(one.label),
                "widgets": widgets(questions, typed, drawing, base=f"/{one.action}"),
                "open": one.action == action,
            }
        )
    did = visit.request.query_params.get("did", "")
    labels = {r.action: visit.say(r.label) for r in REPORTS}
    return visit.page(
        "loans/loan.html",
        status=422 if faults else 200,
        loan=loan,
        version=answer.version or f'"{loan["version"]}"',
        words=words,
        forms=forms,
        did=labels.get(did, ""),
        errors=[
            {"field": input_id(f["pointer"]) if f["pointer"] else "", "text": f["text"]}
            for f in faults or ()
        ],
    )


@router.get("/entitlements")
async def entitlements_page(visit: SignedInVisit, uscc: str = "") -> Response:
    """我能办什么: each product and subsidy for one's enterprise, with every condition answered."""
    mine = (await visit.services.get("finance", f"{OWN}/enterprises/mine")).body["items"]
    chosen = uscc if uscc in {e["uscc"] for e in mine} else (mine[0]["uscc"] if mine else "")
    found: dict[str, Any] = {}
    if chosen:
        path = f"{OWN}/enterprises/{chosen}/entitlements"
        found = (await visit.services.get("finance", path)).body
    return visit.page("loans/entitlements.html", mine=mine, chosen=chosen, found=found)


async def _words(visit: Visiting) -> dict[str, dict[str, str]]:
    return {name: await labels_of(visit, "finance", name) for name in LISTS}
