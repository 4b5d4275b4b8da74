"""What of an event leaves the house: ids, codes and dates, and where to read more.

The only door between a payload of ours and a stranger: what is not declared in contracts/events, or is
marked `Internal` there, or looks like a keyed hash, does not pass. Must not ask who is reading.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from contracts.events.catalogue import PAYLOADS
from contracts.events.marks import Internal

_HASH = re.compile(r"[0-9a-f]{64}")
_PERSON_IN_SUBJECT = re.compile(r":[0-9a-f]{64}$")
# aggregate kind → path; a kind that is not here has no page of its own
_PAGES = {
    "case": "cases/{id}",
    "opening": "openings/{id}",
    "loan": "loans/{id}",
    "webhook-endpoint": "webhook-endpoints/{id}",
}
_SURFACES = {"gateway": "window"}


@cache
def open_fields(type_: str) -> frozenset[str]:
    """The fields of an event type that may be shown outside."""
    model = PAYLOADS.get(type_)
    if model is None:
        return frozenset()
    return frozenset(
        name
        for name, field in model.model_fields.items()
        if not any(isinstance(mark, Internal) for mark in field.metadata)
    )


def outside_data(type_: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The payload as strangers get it."""
    allowed = open_fields(type_)
    return {
        name: value
        for name, value in data.items()
        if name in allowed and not (isinstance(value, str) and _HASH.fullmatch(value))
    }


def outside_subject(subject: str) -> str:
    """The aggregate, without the person that an id may end with (`signature/<case>:<person>`)."""
    return _PERSON_IN_SUBJECT.sub("", subject)


def links_of(event_id: str, type_: str, subject: str) -> dict[str, str]:
    """Where to read the event again, and what it is about. Paths on the platform's own address."""
    links = {"self": f"/api/window/v1/events/{event_id}"}
    kind, _, id_ = subject.partition("/")
    if kind in _PAGES:
        service = type_.partition(".")[0]
        page = _PAGES[kind].format(id=id_)
        links["subject"] = f"/api/{_SURFACES.get(service, service)}/v1/{page}"
    return links
