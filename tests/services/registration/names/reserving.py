"""The calls by which one asks for a name."""

from typing import Any

from tests.fixtures.callers import Caller

SEAT = "980101"


def wish(name: str, **more: Any) -> dict[str, Any]:
    body = {"name": name, "region_code": SEAT, "organization_form": "limited_company"}
    return body | more


async def check(caller: Caller, name: str, **more: Any) -> dict[str, Any]:
    reply = await caller.post("/name-checks", json=wish(name, **more))
    assert reply.status_code == 200, reply.text
    return reply.json()


async def reserve(caller: Caller, name: str, **more: Any) -> Any:
    return await caller.post("/name-reservations", json=wish(name, **more))


def codes(body: dict[str, Any]) -> set[str]:
    return {reason["code"] for reason in body["reasons"]}
