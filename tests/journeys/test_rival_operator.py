"""A second carrier's operator learns nothing of the first one's and changes nothing there.

Enumerated from the published OpenAPI document: every operation is called with the first operator's own ids
and the documented body. What anybody may read, anybody may read; all else is 403 or 404, as are the pages.
"""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.demo.growth import INCUBATOR, Growth
from tests.fixtures.files import LEASE
from tests.fixtures.house import House
from tests.journeys.people import CARRIERS, Person

RIVAL = "carrier_operator_2"
NOBODYS = ("/sandbox/", "/codes", "/matters", "/recognition-criteria", "/indicator-sets")
REFUSED = (403, 404)
UPLOAD = {
    "params": {"material": "evidence", "filename": "evidence.pdf"},
    "content": LEASE,
    "headers": {"Content-Type": "application/pdf"},
}
PAGES = (
    "/desk/{code}", "/desk/{code}/tenants", "/desk/{code}/seats", "/desk/{code}/addresses",
    "/desk/{code}/services", "/desk/{code}/providers", "/desk/{code}/profile",
    "/desk/{code}/grants/{grant_code}", "/cases/{case_id}", "/cases/{case_id}/documents",
    "/tenancy/services/{entry_id}",
)  # fmt: skip


class Played(Growth):
    """The first operator, with a tenant, a grant, a provider and a service entry."""

    def begin(self) -> dict[str, str]:
        keys = ("founder", "carrier_operator", RIVAL, "science")
        self.label = {key: key for key in keys}
        self.people = {key: self._enter(key) for key in keys}
        self.clock = self._enter("administrator")
        case = self.move_in()
        self.grant_address(case)
        self._serve(case)
        operator = self.people["carrier_operator"]
        tenancy = self.tenancy(operator, case["id"])
        grants = operator.get(f"{CARRIERS}/tenancies/{tenancy['id']}/address-grants")["items"]
        entries = operator.get(f"{CARRIERS}/carriers/{INCUBATOR}/service-entries?limit=1")["items"]
        providers = operator.get(f"{CARRIERS}/carriers/{INCUBATOR}/service-providers?limit=1")
        return {
            "code": INCUBATOR,
            "carrier_id": INCUBATOR,
            "case_id": case["id"],
            "tenancy_id": tenancy["id"],
            "grant_code": grants[0]["code"],
            "entry_id": entries[0]["id"],
            "provider_id": providers["items"][0]["id"],
            "tenant": tenancy["name"],
        }


@pytest.fixture(scope="module")
def play(house: House) -> Played:
    return Played(house.address)


@pytest.fixture(scope="module")
def owned(play: Played) -> dict[str, str]:
    return play.begin()


def operations(address: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation of carriers whose path names something that the first operator has."""
    document = httpx.get(f"{address}/openapi.json", trust_env=False).json()
    for path, item in document["paths"].items():
        if path.startswith(f"{CARRIERS}/") and not any(p in path for p in NOBODYS):
            for method, operation in item.items():
                if method in ("get", "post", "put", "patch", "delete"):
                    yield method.upper(), path, operation


def filled(path: str, owned: dict[str, str]) -> str | None:
    """The path with the first operator's ids; None where it names something of nobody's."""
    names = re.findall(r"{(\w+)}", path)
    if not names or not set(names) - {"action"} <= set(owned):
        return None
    return path.format(**owned, action="admit")


def example(operation: dict[str, Any]) -> Any:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    found = content.get("examples")
    return next(iter(found.values()))["value"] if found else content.get("example", {})


def test_every_route_refuses_the_rival(play: Played, owned: dict[str, str]) -> None:
    rival, tried, let_in = play.people[RIVAL], 0, []
    for method, path, operation in operations(play.address):
        place = filled(path, owned)
        if place is None:
            continue
        sent: dict[str, Any] = {"headers": {"If-Match": '"1"'}}
        if method != "GET":
            sent |= UPLOAD if path.endswith("/documents") else {"json": example(operation)}
        elif httpx.get(f"{play.address}{place}", trust_env=False).status_code == 200:
            continue  # anybody reads it
        reply = rival.request(method, place, **sent)
        tried += 1
        if reply.status_code not in REFUSED:
            let_in.append(f"{method} {path}: {reply.status_code} {reply.text[:120]}")
    assert let_in == []
    assert tried >= 18  # the document has that many operations of an operator's own things


@pytest.mark.parametrize(
    "action", ["admit", "refuse", "terminate", "verify_graduation", "withdraw"]
)
def test_no_move_of_the_tenancy_is_the_rivals(
    play: Played, owned: dict[str, str], action: str
) -> None:
    reply = play.people[RIVAL].request(
        "POST",
        f"{CARRIERS}/cases/{owned['case_id']}/actions/{action}",
        json={"reason": "x"},
        headers={"If-Match": '"1"'},
    )
    assert reply.status_code == 404, reply.text


def test_no_list_of_the_rivals_holds_what_is_the_firsts(
    play: Played, owned: dict[str, str]
) -> None:
    secrets = [
        owned[name] for name in ("case_id", "tenancy_id", "grant_code", "entry_id", "tenant")
    ]
    rival = play.people[RIVAL]
    for name in ("cases", "tenancies", "address-grants", "service-entries", "carriers/mine"):
        seen = rival.request("GET", f"{CARRIERS}/{name}")
        assert seen.status_code == 200, seen.text
        assert not [word for word in secrets if word in seen.text], name


@pytest.mark.parametrize("path", PAGES)
def test_no_page_of_the_first_opens_for_the_rival(
    play: Played, owned: dict[str, str], path: str
) -> None:
    first, rival = play.people["carrier_operator"], play.people[RIVAL]
    place = path.format(**owned)
    if path != PAGES[-1]:
        assert first.http.get(place).status_code == 200, place
    seen = rival.http.get(place)
    assert seen.status_code in REFUSED, (place, seen.status_code)
    assert owned["tenant"] not in seen.text


def posts(owned: dict[str, str]) -> list[tuple[str, dict[str, str]]]:
    desk, grant = f"/desk/{INCUBATOR}", f"/desk/{INCUBATOR}/grants/{owned['grant_code']}"
    return [
        (f"{desk}/addresses", {"/address/street": "别人的地址十号", "/address/firms_max": "3"}),
        (f"{desk}/grants", {"/grant/tenancy_id": owned["tenancy_id"], "/grant/uses_max": "1"}),
        (f"{grant}/revoke", {"/revoke/reason": "不是我的"}),
        (f"{grant}/extend", {"/extend/valid_to": "2027-01-01"}),
        (f"{desk}/services", {"/record/tenancy_id": owned["tenancy_id"]}),
        (f"{desk}/providers", {"/provider/name": "别人的机构"}),
        (f"{desk}/seats", {"/seats/numbers": "X-1", "/seats/kind": "office"}),
        (f"{desk}/profile", {"/profile/introduction": "别人的简介"}),
    ]


def test_no_form_of_the_first_takes_what_the_rival_sends(
    play: Played, owned: dict[str, str]
) -> None:
    rival: Person = play.people[RIVAL]
    token = re.search(r'name="csrf_token" value="([^"]+)"', rival.http.get("/desk").text)
    assert token is not None
    for place, fields in posts(owned):
        hidden = {"csrf_token": token.group(1), "one_time_key": "k" * 24, "version": '"1"'}
        reply = rival.http.post(place, data={**hidden, **fields})
        assert reply.status_code in REFUSED, (place, reply.status_code)
    grant = play.people["carrier_operator"].get(f"{CARRIERS}/address-grants/{owned['grant_code']}")
    assert (grant["state"], grant["version"]) == ("live", 1)
