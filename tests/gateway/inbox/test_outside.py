"""What of an event leaves the house: every declared event has a model, and nothing internal passes."""

import re
import tomllib
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import BaseModel

from contracts.events.catalogue import PAYLOADS
from contracts.events.marks import Internal
from gateway.inbox import outside
from gateway.inbox.following import STREAMS
from gateway.inbox.outside import links_of, open_fields, outside_data, outside_subject
from tests.golden.write import apps

CALLS = tomllib.loads((Path(__file__).parents[3] / "contracts" / "calls.toml").read_text())
PERSON = "0123456789abcdef" * 4


@pytest.mark.parametrize("type_", [event["type"] for event in CALLS["event"]])
def test_every_declared_event_says_what_it_shows_outside(type_):
    assert type_ in PAYLOADS, "add it to contracts/events/catalogue.py"


def test_no_model_is_kept_for_an_event_that_nobody_declares():
    assert set(PAYLOADS) <= {event["type"] for event in CALLS["event"]}


def test_every_stream_that_is_followed_is_declared_and_no_other():
    declared = {stream["name"] for stream in CALLS["stream"]}
    assert declared == set(STREAMS)
    assert all(stream["followers"] == ["gateway-feed"] for stream in CALLS["stream"])


@pytest.mark.parametrize("type_", PAYLOADS)
def test_nothing_of_a_person_is_shown(type_):
    suspicious = {"person", "holder", "legal_representative", "phone", "id_number", "applicant"}
    assert not open_fields(type_) & suspicious


def test_a_marked_field_an_unknown_field_and_a_keyed_hash_stay_inside(monkeypatch):
    class Granted(BaseModel):
        code: str
        holder: Annotated[str | None, Internal()] = None
        other: str = ""

    monkeypatch.setattr(outside, "PAYLOADS", {"carriers.thing.granted.v9": Granted})
    data = {"code": "G-1", "holder": "short", "other": PERSON, "added_later": "x"}
    assert outside_data("carriers.thing.granted.v9", data) == {"code": "G-1"}


def test_an_event_that_nobody_declared_shows_no_data():
    assert outside_data("carriers.thing.unheard.v1", {"code": "G-1"}) == {}


def test_a_subject_names_no_person():
    assert outside_subject(f"signature/some-case:{PERSON}") == "signature/some-case"
    assert outside_subject("case/some-case") == "case/some-case"


def test_links_lead_to_what_the_event_is_about():
    data = {"case_id": "2", "matter": "loan-application"}
    assert links_of("1", "finance.case.moved.v1", data) == {
        "self": "/api/window/v1/events/1",
        "case": "/api/finance/v1/cases/2",
        "bank_application": "/api/finance/bank/v1/applications/2",
    }
    assert links_of("1", "finance.thing.moved.v1", {"loan_id": None, "x": 1}) == {
        "self": "/api/window/v1/events/1"
    }


def test_every_link_leads_to_an_address_that_there_is():
    documented = {
        re.sub(r"\{\w+\}", "{}", path) for _, app in apps() for path in app.openapi()["paths"]
    }
    pages = {path for _, path in (*outside._PAGES.values(), *outside._BANK_PAGES.values())}
    assert pages <= documented
