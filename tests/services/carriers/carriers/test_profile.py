"""An operator edits its own carrier; what has to be reported is kept; counts follow."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.carriers.carriers.profile import is_late
from tests.fixtures.callers import Caller, Running

HOME = "/carriers/ZC-001"


def operator(carriers: Running, org: str = "qingyu-maker-space") -> Caller:
    return carriers.caller("carrier_operator", org=org, sub=f"sub-{org}")


async def present(carriers: Running) -> dict[str, Any]:
    found: dict[str, Any] = (await carriers.anonymous.get(HOME)).json()
    return found


async def profile(carriers: Running, **changes: Any) -> dict[str, Any]:
    now = await present(carriers)
    kept = (
        "name", "address", "lat", "lon", "area_m2", "workstation_area_m2", "public_area_m2",
        "field", "fields", "spaces", "site_origin", "introduction",
    )  # fmt: skip
    today = carriers.app.state.clock.today().isoformat()
    return {name: now[name] for name in kept} | {"changed_on": today} | changes


async def changes(caller: Caller) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await caller.get(f"{HOME}/changes")).json()["items"]
    return items


@pytest.mark.policy_part("B008")
async def test_an_operator_tells_what_its_place_is(carriers: Running) -> None:
    version = (await present(carriers))["version"]
    body = await profile(carriers, spaces=["work", "social"], site_origin="idle_warehouse")
    reply = await operator(carriers).put(HOME, json=body, version=version)
    assert reply.status_code == 200, reply.text
    assert reply.json()["spaces"] == ["social", "work"]
    assert reply.headers["etag"] == f'"{version + 1}"'
    assert await changes(operator(carriers)) == []  # nothing that has to be reported


async def test_a_new_name_is_found_and_the_change_is_kept(carriers: Running) -> None:
    now = await present(carriers)
    body = await profile(carriers, name="观澜众创空间（演示）", area_m2=now["area_m2"] + 100)
    reply = await operator(carriers).put(HOME, json=body, version=now["version"])
    assert reply.status_code == 200, reply.text
    found = await carriers.anonymous.get("/carriers", params={"q": "guanlan"})
    assert [each["reference"] for each in found.json()["items"]] == ["ZC-001"]
    assert (await carriers.anonymous.get("/carriers", params={"q": "听潮"})).json()["items"] == []
    kept = (await changes(operator(carriers)))[0]
    assert kept["changed"] == {
        "name": [now["name"], "观澜众创空间（演示）"],
        "area_m2": [now["area_m2"], now["area_m2"] + 100],
    }
    assert not kept["late"]


async def test_a_change_reported_after_three_months_is_taken_and_marked(carriers: Running) -> None:
    today = carriers.app.state.clock.today()
    now = await present(carriers)
    old = (today - timedelta(days=100)).isoformat()
    body = await profile(carriers, address="青屿市江湾区创业路36号", changed_on=old)
    await operator(carriers).put(HOME, json=body, version=now["version"])
    assert (await changes(operator(carriers)))[0]["late"]
    assert is_late(today - timedelta(days=100), today=today)


async def test_what_others_give_is_not_the_operators_to_write(carriers: Running) -> None:
    version = (await present(carriers))["version"]
    for field, value in (("tier", "national"), ("brands", ["six_new"]), ("workstations", 900)):
        body = await profile(carriers, **{field: value})
        reply = await operator(carriers).put(HOME, json=body, version=version)
        assert (reply.status_code, reply.json()["code"]) == (422, "invalid_request")


@pytest.mark.parametrize(
    "wrong",
    [
        {"lat": None},
        {"area_m2": 10},
        {"changed_on": "2099-01-01"},
        {"fields": ["fishing"]},
        {"name": " "},
    ],
)
async def test_what_cannot_be_is_refused(carriers: Running, wrong: dict[str, Any]) -> None:
    version = (await present(carriers))["version"]
    reply = await operator(carriers).put(
        HOME, json=await profile(carriers, **wrong), version=version
    )
    assert reply.status_code == 422, reply.text


async def test_another_operators_carrier_is_not_there_to_edit(carriers: Running) -> None:
    other = operator(carriers, "carrier-zc-002")
    body, version = await profile(carriers), (await present(carriers))["version"]
    assert (await other.put(HOME, json=body, version=version)).status_code == 404
    assert (await other.get(f"{HOME}/changes")).status_code == 404
    assert (await carriers.caller("founder").put(HOME, json=body, version=1)).status_code == 403
    assert (await carriers.anonymous.put(HOME, json=body, version=1)).status_code == 401


async def test_an_officer_reads_changes_of_their_region_only(carriers: Running) -> None:
    here = carriers.caller("officer", org="science", regions=["980100"])
    there = carriers.caller("officer", org="science", regions=["980200"])
    assert (await here.get(f"{HOME}/changes")).status_code == 200
    assert (await there.get(f"{HOME}/changes")).status_code == 404


async def test_an_edit_needs_the_version_that_was_seen(carriers: Running) -> None:
    body, version = await profile(carriers), (await present(carriers))["version"]
    missing = await operator(carriers).put(HOME, json=body)
    stale = await operator(carriers).put(HOME, json=body, version=version - 1)
    assert (missing.status_code, stale.status_code) == (428, 412)
    assert stale.json()["current"]["version"] == version


async def test_of_two_edits_at_once_one_wins(carriers: Running) -> None:
    body, version = await profile(carriers), (await present(carriers))["version"]
    replies = await asyncio.gather(
        *(operator(carriers).put(HOME, json=body, version=version) for _ in range(6))
    )
    assert sorted(r.status_code for r in replies) == [200, 412, 412, 412, 412, 412]


async def test_an_operator_lists_its_own_carriers(carriers: Running) -> None:
    mine = (await operator(carriers).get("/carriers/mine")).json()["items"]
    assert [each["code"] for each in mine] == ["FH-001", "ZC-001"]


async def test_reported_changes_are_never_rewritten(carriers: Running) -> None:
    database = carriers.app.state.database
    with pytest.raises(DBAPIError):
        async with database.transaction() as session:
            await session.execute(text("UPDATE carrier_changes SET late = false"))


async def test_counts_follow_seats_fields_and_transactions_that_cross(carriers: Running) -> None:
    """Forty transactions at once, each with two carriers: no count is lost, none waits for ever."""
    database = carriers.app.state.database

    async def total() -> tuple[int, int]:
        reply = await carriers.anonymous.get("/carriers", params={"facets": True, "limit": 1})
        facets = reply.json()["facets"]
        return facets["with_free_workstations"], facets["carriers"]

    async def flip(number: int) -> None:
        pair = (("ZC-003", "ZC-005"), ("ZC-007", "ZC-004"))[number % 2]
        async with database.transaction() as session:
            for code in pair:
                await session.execute(
                    text(
                        "UPDATE carriers SET free_workstations ="
                        " CASE WHEN free_workstations > 0 THEN 0 ELSE 1 END WHERE reference = :code"
                    ),
                    {"code": code},
                )

    before = await total()
    await asyncio.gather(*(flip(number) for number in range(40)))
    assert await total() == before
    await flip(0)
    assert (await total())[0] == before[0] - 2
    async with database.transaction() as session:
        wrong = await session.execute(
            text(
                "SELECT count(*) FROM carrier_counts k FULL JOIN"
                " (SELECT cells.*, count(*) AS n FROM carriers c, carrier_cells(c) cells"
                "  GROUP BY 1, 2, 3, 4, 5) t USING (type, tier, field, room, region)"
                " WHERE coalesce(k.carriers, 0) <> coalesce(t.n, 0)"
            )
        )
        assert wrong.scalar_one() == 0
