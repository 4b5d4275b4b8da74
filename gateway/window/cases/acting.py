"""Posting a move to the service that owns the case."""

from typing import Any

from gateway.window.cases.views import CasePage
from gateway.window.codes import meanings
from gateway.window.fields.messages import pointer_in_form
from gateway.window.fields.reading import read_fields
from gateway.window.fields.shapes import field_of
from gateway.window.fields.telling import told
from gateway.window.services import Answer
from gateway.window.visit import Visiting


async def act(visit: Visiting, page: CasePage, action: str) -> Answer:
    """POST …/actions/{action} with what the form carried: its fields, its key, the version it showed."""
    posted = visit.posted
    offered = next((o for o in page.offered() if o.action == action), None)
    body: dict[str, Any] = {}
    if offered is not None and offered.signing:
        body = {"digest": str(posted.get("digest", "")), "agreed": posted.get("agreed") == "true"}
    elif offered is not None:
        body, _ = read_fields(offered.fields, posted, base=f"/{action}")
    version = posted.get("version")
    return await visit.services.post(
        page.service,
        f"/api/{page.service}/v1/cases/{page.id}/actions/{action}",
        body=body,
        key=str(posted.get("one_time_key", "")),
        version=version if isinstance(version, str) and version else page.version,
    )


async def action_errors(
    visit: Visiting, page: CasePage, errors: list[dict[str, Any]], action: str = ""
) -> list[dict[str, str]]:
    """Wrong places of the form, or of a move's own questions, each with its pointer and a sentence."""
    known = await meanings(visit, page.service)
    own = [field_of(f) for f in page.move(action).get("fields") or ()] if action else []
    return [
        {
            "pointer": pointer_in_form(error),
            "text": told(visit, error, [*own, *page.questions], known),
        }
        for error in errors
    ]
