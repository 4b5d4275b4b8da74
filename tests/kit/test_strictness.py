"""A request is understood whole or refused: misspelt filters, keys twice, numbers that are none."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

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
    ],
)
async def test_a_body_that_says_two_things_or_no_number_is_malformed(
    founder: Caller, body: str
) -> None:
    reply = await founder.post(
        "/cases", content=body.encode(), headers={"Content-Type": "application/json"}
    )
    assert (reply.status_code, reply.json()["code"]) == (400, "malformed_body")
