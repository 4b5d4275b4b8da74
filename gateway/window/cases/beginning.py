"""Beginning a case: its draft with everything in it that is known, and the way back to one begun before.

Who presses 开始办理 twice means the same draft; another one is begun only on purpose. What is filled in is
what the matter's description says (kit.prefilling); the account adds who its holder is.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from gateway.identity import service as identity
from gateway.window.cases.views import load_case
from gateway.window.fields.following import World, followed
from gateway.window.fields.options import property_of
from gateway.window.fields.pointers import written
from gateway.window.fields.reading import missing
from gateway.window.fields.shapes import Field, pages_of
from gateway.window.matters import matter_of
from gateway.window.refusals import PageRoute
from gateway.window.services import Refusal, Service
from gateway.window.visit import SignedInVisit, Visiting

router = APIRouter(route_class=PageRoute, include_in_schema=False)
LOOKED_AT = 10
"""So many of the newest drafts of a matter are looked at for the one to go on with."""


def world_of(visit: Visiting, source: Service, account: Mapping[str, str]) -> World:
    """What defaults may read: the account's holder (only when a draft begins) and what lists say."""

    async def ask(one: Field, value: str, name: str) -> Any:
        return await property_of(visit, source, one, value, name)

    return World(account, ask)


async def _account(visit: Visiting) -> dict[str, str]:
    """What the account knows of its holder; nothing where nobody was verified."""
    session = visit.session
    if session is None or visit.is_staff:
        return {}
    found = await identity.holder(visit.request, session)
    if found is None:
        return {}
    said = {"name": found.name, "id_number": found.id_number, "phone": found.phone}
    return {name: value for name, value in said.items() if value}


@router.post("/cases")
async def create(visit: SignedInVisit) -> Response:
    """Start a case, go to its first question. A page may begin the form: `form.<field>`, also of a group.
    Where a draft lies open it is shown instead, unless `anew` says that another one is meant."""
    posted = visit.posted
    code = str(posted.get("matter", ""))
    source, matter = await matter_of(visit.services, code)
    given: dict[str, Any] = {}
    for name, value in posted.items():
        if name.startswith("form."):
            given = written(given, "/" + name[5:].replace(".", "/"), value)
    like = str(posted.get("like", ""))
    if posted.get("anew") != "true" and not like:
        found = await _open_draft(visit, source, matter, given)
        if found:
            return visit.go(f"/cases/{found}?resumed=1")
    questions = [f for page in pages_of(matter) for f in page.fields]
    begun = given if like else await _begun(visit, source, questions, given)
    body: dict[str, Any] = {"matter": code, "form": begun}
    if like:  # the service takes over what an earlier case said
        body["like"] = like
    key = str(posted.get("one_time_key", ""))
    answer = await visit.services.post(source, f"/api/{source}/v1/cases", body=body, key=key)
    here = f"/cases/{answer.body['id']}"
    first = next((p for p in pages_of(matter) if missing(p.fields, begun)), None)
    return visit.go(here if like or not first else f"{here}/form/{quote(first.key)}")


async def _begun(
    visit: Visiting, source: Service, questions: Sequence[Field], given: Mapping[str, Any]
) -> dict[str, Any]:
    return await followed(questions, {}, given, world_of(visit, source, await _account(visit)))


async def _open_draft(
    visit: Visiting, source: Service, matter: Mapping[str, Any], given: Mapping[str, Any]
) -> str:
    """The reader's newest draft of this matter that nothing was ever handed in of, or empty. One that was
    begun from a page (a product, a carrier) is the same only if it was begun there."""
    initial = matter["workflow"]["initial"]
    path = f"/api/{source}/v1/cases"
    try:
        rows = await visit.services.get(
            source, path, matter=matter["code"], state=initial, limit=LOOKED_AT
        )
    except Refusal:
        return ""
    for row in rows.body["items"]:
        if row["submitted_at"] is not None:
            continue
        page = await load_case(visit, row["id"], expand="")
        if page.editable and _within(given, page.case["form"]):
            return page.id
    return ""


def _within(given: Any, form: Any) -> bool:
    """Whether the draft says all that was given, whatever it says besides."""
    if isinstance(given, Mapping):
        return isinstance(form, Mapping) and all(_within(v, form.get(k)) for k, v in given.items())
    return bool(given == form)
