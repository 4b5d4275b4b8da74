"""The grants that one may register a company by have no silent end."""

from typing import Any

from sqlalchemy import text

from tests.services.registration.addresses.conftest import Carrier
from tests.services.registration.filings.conftest import ZHOU, House

MANY = 201


async def test_every_grant_that_one_holds_is_on_some_page(house: House, carrier: Carrier) -> None:
    first = await carrier.grant(ZHOU)
    columns = (
        "tenancy_id, carrier_code, carrier_name, street, region_code, holder, uses_max, valid_from, valid_to,"
        " state, sequence, updated_at"
    )
    statement = text(
        f"INSERT INTO address_grants (code, {columns}) SELECT :code, {columns}"
        " FROM address_grants WHERE code = :like"
    )
    codes = [f"HA{n:08d}" for n in range(MANY)]
    async with house.running.app.state.database.transaction() as session:
        await session.execute(statement, [{"code": code, "like": first["code"]} for code in codes])
    founder = house.founder(ZHOU)
    seen: list[str] = []
    params: dict[str, Any] = {"limit": 100}
    while True:
        body = (await founder.get("/address-grants", params=params)).json()
        seen += [item["code"] for item in body["items"]]
        if body["next"] is None:
            break
        params["cursor"] = body["next"]
    assert len(seen) == len(set(seen))
    assert {first["code"], *codes} <= set(seen)
