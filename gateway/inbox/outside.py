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
_REGISTRATION, _FINANCE = "/api/registration/v1", "/api/finance/v1"
_BANK, _CARRIERS = "/api/finance/bank/v1", "/api/carriers/v1"
# (service, field of the data) → (relation, path); who may read there is for that address to say
_PAGES = {
    ("registration", "case_id"): ("case", f"{_REGISTRATION}/cases/{{}}"),
    ("registration", "reservation_id"): (
        "name_reservation",
        f"{_REGISTRATION}/name-reservations/{{}}",
    ),
    ("registration", "task_id"): ("department_task", f"{_REGISTRATION}/department-tasks/{{}}"),
    ("registration", "licence_id"): ("licence", f"{_REGISTRATION}/licences/{{}}"),
    ("registration", "uscc"): ("entity", f"{_REGISTRATION}/entities/{{}}"),
    ("finance", "case_id"): ("case", f"{_FINANCE}/cases/{{}}"),
    ("finance", "loan_id"): ("loan", f"{_FINANCE}/loans/{{}}"),
    ("finance", "uscc"): ("entity", f"{_REGISTRATION}/entities/{{}}"),
    ("carriers", "case_id"): ("case", f"{_CARRIERS}/cases/{{}}"),
    ("carriers", "tenancy_id"): ("tenancy", f"{_CARRIERS}/tenancies/{{}}"),
    ("carriers", "entry_id"): ("service_entry", f"{_CARRIERS}/service-entries/{{}}"),
    ("carriers", "uscc"): ("entity", f"{_REGISTRATION}/entities/{{}}"),
    ("gateway", "endpoint_id"): ("endpoint", "/api/window/v1/webhook-endpoints/{}"),
    ("gateway", "event_id"): ("event", "/api/window/v1/events/{}"),
}
# What a bank reads at its own address: field of the data, or matter of the case, → path there
_BANK_PAGES = {
    "loan_id": ("bank_loan", f"{_BANK}/loans/{{}}"),
    "application_id": ("bank_application", f"{_BANK}/applications/{{}}"),
    "claim_id": ("bank_claim", f"{_BANK}/compensation-claims/{{}}"),
    "loan-application": ("bank_application", f"{_BANK}/applications/{{}}"),
    "compensation-claim": ("bank_claim", f"{_BANK}/compensation-claims/{{}}"),
}


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


def links_of(event_id: str, type_: str, data: Mapping[str, Any]) -> dict[str, str]:
    """Where to read the event again, and what it is about. Paths on the platform's own address."""
    service = type_.partition(".")[0]
    links = {"self": f"/api/window/v1/events/{event_id}"}
    for name, value in data.items():
        if value is not None and (service, name) in _PAGES:
            relation, path = _PAGES[service, name]
            links[relation] = path.format(value)
    if service == "finance":
        links |= _bank_links(data)
    return links


def _bank_links(data: Mapping[str, Any]) -> dict[str, str]:
    found = {**data, str(data.get("matter")): data.get("case_id")}
    pages = [(_BANK_PAGES[name], value) for name, value in found.items() if name in _BANK_PAGES]
    return {relation: path.format(value) for (relation, path), value in pages if value is not None}
