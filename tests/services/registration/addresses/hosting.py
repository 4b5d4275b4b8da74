"""Companies that sit at a hosted address, made step by step."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from tests.fixtures.callers import Caller
from tests.services.registration.filings.conftest import House, form

Domicile = Callable[..., dict[str, Any]]


async def drafted(house: House, founder: Caller, domicile: dict[str, Any], **changes: Any) -> Any:
    """A draft without any uploaded document."""
    body = form(await house.reserve(founder), domicile=domicile, **changes)
    made = await founder.post("/cases", json={"matter": "company-establishment", "form": body})
    assert made.status_code == 201, made.text
    return made.json()


async def signed(house: House, founder: Caller, domicile: dict[str, Any]) -> Any:
    case = await drafted(house, founder, domicile)
    sent = await house.act(founder, case, "send_for_signing")
    assert sent.status_code == 200, sent.text
    done = await house.sign(founder, sent.json())
    assert done.status_code == 200, done.text
    return done.json()


async def registered(house: House, founder: Caller, domicile: dict[str, Any]) -> Any:
    case = await signed(house, founder, domicile)
    await house.work()
    done = await house.read(founder, case)
    assert done["state"] == "registered", done["facts"]
    return done


async def entity(house: House, uscc: str) -> dict[str, Any]:
    found: dict[str, Any] = (await house.running.anonymous.get(f"/entities/{uscc}")).json()
    return found


async def rows(house: House, query: str, **values: Any) -> list[Any]:
    async with house.running.app.state.database.reader() as connection:
        return list(await connection.execute(text(query), values))
