"""A request is understood whole or refused: misspelt filters, keys twice, numbers that are none."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from kit.schemas import each_once
from services.registration.composition import SERVICE
from tests.fixtures.callers import Caller, Running, running


@pytest.fixture(scope="module")
async def service(fresh_database: Callable[[str], Any]) -> AsyncIterator[Running]:
    async with running(SERVICE, fresh_database("registration").app) as made:
        yield made


@pytest.fixture
def founder(service: Running) -> Caller:
    return service.caller("founder")


async def test_a_misspelt_filter_is_refused_and_named(founder: Caller) -> None:
    reply = await founder.get("/cases", params={"stat": "draft", "limit": 5})
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_request")
    assert reply.json()["errors"][0]["pointer"] == "?stat"
    assert reply.json()["errors"][0]["code"] == "unknown_parameter"
    assert (await founder.get("/cases", params={"state": "draft"})).status_code == 200


async def test_a_public_route_is_no_laxer_and_a_stranger_learns_nothing(service: Running) -> None:
    assert (await service.anonymous.get("/matters", params={"x": "1"})).status_code == 422
    assert (await service.anonymous.get("/cases", params={"x": "1"})).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        '{"matter": "company-establishment", "matter": "other", "form": {}}',
        '{"matter": "company-establishment", "form": {"area": {"a": 1, "a": 2}}}',
        '{"matter": "company-establishment", "form": {"a": NaN}}',
        '{"matter": "company-establishment", "form": {"a": Infinity}}',
        '{"matter": "company-establishment", "form": {"name": "a\\u0000b"}}',
        '{"matter": "company-establishment", "form": {"names": ["\\u202egnp.exe"]}}',
        '{"matter": "company-establishment", "form": {"names": ["\u202egnp.exe"]}}',
    ],
)
async def test_a_body_that_says_two_things_or_no_number_is_malformed(
    founder: Caller, body: str
) -> None:
    reply = await founder.post(
        "/cases", content=body.encode(), headers={"Content-Type": "application/json"}
    )
    assert (reply.status_code, reply.json()["code"]) == (400, "malformed_body")


async def test_what_only_looks_like_an_escape_is_text(founder: Caller) -> None:
    body = '{"matter": "no-such", "form": {"path": "C:\\\\u0000", "lines": "a\\n\\tb"}}'
    headers = {"Content-Type": "application/json"}
    reply = await founder.post("/cases", content=body.encode(), headers=headers)
    assert reply.json()["code"] == "unknown_matter"


async def test_a_parameter_that_the_database_cannot_hold_is_refused(founder: Caller) -> None:
    reply = await founder.get("//api/registration/v1/cases?state=a%00b")
    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (422, "invisible_character")


def test_a_set_written_as_a_list_names_everything_once() -> None:
    assert each_once(["A-001", "A-002"]) == ["A-001", "A-002"]
    with pytest.raises(ValueError, match="twice"):
        each_once(["A-001", "A-001"])
