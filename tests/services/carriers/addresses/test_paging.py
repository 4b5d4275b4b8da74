"""Lists of addresses and grants have no silent end: whoever follows `next` has seen every row."""

import uuid
from typing import Any

from sqlalchemy import text

from tests.fixtures.pages import rows_of
from tests.services.carriers.place import INCUBATOR, Place

MANY = 205


async def write(place: Place, statement: str, values: list[dict[str, Any]]) -> None:
    async with place.state.database.transaction() as session:
        await session.execute(text(statement), values)


async def test_every_hosted_address_is_on_some_page(place: Place) -> None:
    carrier = (await place.running.anonymous.get(f"/carriers/{INCUBATOR}")).json()
    values = [
        {
            "id": uuid.uuid4(),
            "carrier": carrier["id"],
            "street": f"分页路{n}号集群注册区",
            "region": carrier["region_code"],
            "at": place.state.clock.now(),
        }
        for n in range(MANY)
    ]
    await write(
        place,
        "INSERT INTO hosted_addresses (id, carrier_id, street, region_code, firms_max, promised, open,"
        " created_at) VALUES (:id, :carrier, :street, :region, 5, 0, true, :at)",
        values,
    )
    operator, path = place.operator(INCUBATOR), f"/carriers/{INCUBATOR}/hosted-addresses"
    seen = [row["id"] for row in await rows_of(operator, f"{path}?limit=100")]
    assert len(seen) == len(set(seen))
    assert {str(value["id"]) for value in values} <= set(seen)
    body = {"street": "第二百零六号集群注册区", "firms_max": 3}
    made = await operator.post(path, json=body)
    assert made.status_code == 201, made.text
    assert made.json()["street"] == body["street"]
    assert made.json()["id"] == (await rows_of(operator, f"{path}?limit=100"))[-1]["id"]


async def test_every_grant_of_a_tenancy_is_on_some_page(place: Place) -> None:
    founder = place.founder()
    case = await place.tenant(founder)
    path = f"/tenancies/{case['id']}/address-grants"
    first = (await place.operator().post(path, json={})).json()
    columns = (
        "tenancy_id, address_id, carrier_id, holder_person, uses_max, valid_from, valid_to, created_at,"
        " updated_at, version"
    )
    await write(
        place,
        f"INSERT INTO address_grants (id, code, state, reason, ended_on, {columns})"
        f" SELECT :id, :code, 'ended', 'revoked', valid_to, {columns} FROM address_grants"
        " WHERE code = :like",
        [
            {"id": uuid.uuid4(), "code": f"HA{n:08d}", "like": first["code"]}
            for n in range(MANY)
        ],
    )  # fmt: skip
    seen = [row["code"] for row in await rows_of(founder, f"{path}?limit=200")]
    assert len(seen) == len(set(seen)) == MANY + 1
