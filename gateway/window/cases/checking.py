"""Check answers: the whole form in words, and what stands in its way, each with the way to mend it."""

from typing import Any

from starlette.responses import Response

from gateway.window.cases.acting import action_errors
from gateway.window.cases.paper_routes import drafts_of
from gateway.window.cases.views import CasePage
from gateway.window.fields.answers import Row, answers
from gateway.window.fields.messages import page_with
from gateway.window.fields.options import options_of
from gateway.window.fields.pointers import input_id
from gateway.window.fields.shapes import Page
from gateway.window.visit import Visiting


async def sections_of(visit: Visiting, page: CasePage) -> list[tuple[Page, str, list[Row]]]:
    """The whole form in words, page by page."""
    fields = [f for one in page.pages for f in one.fields]
    form = page.case["form"]
    called = str(page.case.get("title") or "")
    options = await options_of(visit, page.service, fields, form, called=called)
    return [
        (
            one,
            visit.label(one.title),
            answers(visit, one.fields, form, options, labels=page.labels),
        )
        for one in page.pages
    ]


async def show_check(
    visit: Visiting,
    page: CasePage,
    *,
    errors: list[dict[str, str]] | None = None,
    status: int = 200,
) -> Response:
    path = f"/api/{page.service}/v1/cases/{page.id}/findings"
    found = (await visit.services.get(page.service, path)).body
    findings = await found_links(visit, page, found["findings"])
    lacking = {(raw.get("values") or {}).get("material") for raw in found["findings"]}
    return visit.page(
        "cases/check.html",
        status=status,
        page=page,
        case=page.case,
        sections=await sections_of(visit, page),
        complete=found["complete"],
        papers=await drafts_of(visit, page) if found["complete"] and page.editable else [],
        findings=findings,
        lacking=[m for m in page.matter.get("materials") or () if m["code"] in lacking],
        offered=[o for o in page.offered() if o.hands_over],
        errors=errors or [],
    )


async def found_links(
    visit: Visiting, page: CasePage, found: list[dict[str, Any]]
) -> list[dict[str, str]]:
    """Findings as sentences that lead to where they can be mended: a page of the form, or the upload here."""
    lines = []
    materials = {m["code"]: visit.label(m["label"]) for m in page.matter.get("materials") or ()}
    for raw, finding in zip(found, await action_errors(visit, page, found), strict=True):
        material = (raw.get("values") or {}).get("material")
        if material in materials:
            there = {"href": f"#file-{material}", "page": materials[material]}
            lines.append({"text": finding["text"], **there})
            continue
        on = page_with(page.pages, finding["pointer"])
        href = (
            f"/cases/{page.id}/form/{on.key}?back=check#{input_id(finding['pointer'])}"
            if on
            else ""
        )
        title = visit.label(on.title) if on else ""
        lines.append({"text": finding["text"], "href": href, "page": title})
    return lines
