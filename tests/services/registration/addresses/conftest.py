"""Registration as the filings' tests run it, and carriers' events about grants as its inbox hears them."""

import itertools
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.events import carriers as contract
from kit.crypto import person_hash
from kit.inbox import Incoming
from services.registration.composition import SERVICE
from tests.services.registration.filings.conftest import KEY, LIN, House, house, simulator

__all__ = ["house", "simulator"]
STREET = "创业路34号集群注册区"
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_numbers = itertools.count(1)
KINDS = {
    "granted": contract.AddressGrantGranted,
    "closing": contract.AddressGrantClosing,
    "ended": contract.AddressGrantEnded,
}


def a_code() -> str:
    number = uuid.uuid4().int
    return "HA" + "".join(LETTERS[(number >> 5 * n) % len(LETTERS)] for n in range(8))


class Carrier:
    """What a carrier tells of its grants. `tell` hands one event to the consumer that would hear it."""

    def __init__(self, house: House) -> None:
        self.house = house

    @property
    def today(self) -> date:
        day: date = self.house.running.app.state.clock.today()
        return day

    async def grant(self, who: dict[str, Any] = LIN, **changes: Any) -> dict[str, Any]:
        """A live grant to this person, already heard by registration."""
        values = self.values(who) | changes
        await self.tell("granted", values, sequence=1)
        return values

    def values(self, who: dict[str, Any]) -> dict[str, Any]:
        return {
            "grant_id": uuid.uuid4(),
            "code": a_code(),
            "tenancy_id": uuid.uuid4(),
            "carrier_code": "ZC-001",
            "carrier_name": "听潮众创空间（演示）",
            "street": STREET,
            "region_code": "980101",
            "holder": person_hash(who["id_number"], person_key=KEY),
            "uses_max": 1,
            "valid_from": self.today,
            "valid_to": self.today + timedelta(days=300),
        }

    async def close(self, values: dict[str, Any], *, sequence: int = 2) -> None:
        await self.tell("closing", values | {"reason": "left"}, sequence=sequence)

    async def end(self, values: dict[str, Any], *, sequence: int = 3, reason: str = "left") -> None:
        ended = values | {"reason": reason, "ended_on": self.today}
        await self.tell("ended", ended, sequence=sequence)

    async def tell(self, kind: str, values: dict[str, Any], *, sequence: int) -> None:
        name = f"registration-address-{kind}"
        consumer = next(c for c in SERVICE.worker.inbox.consumers if c.name == name)
        event = Incoming(
            id=uuid.uuid4().hex,
            type=consumer.subject,
            subject=f"address-grant/{values['grant_id']}",
            sequence=sequence,
            time=datetime.now(UTC),
            audience=("staff",),
            data=KINDS[kind](**values).model_dump(mode="json"),
        )
        async with self.house.running.app.state.database.transaction() as session:
            await consumer.handler(session, event)


@pytest.fixture
def carrier(house: House) -> Carrier:
    return Carrier(house)


@pytest.fixture
def domicile() -> Callable[..., dict[str, Any]]:
    """The form's 住所 by a grant; `changes` replace fields."""

    def made(grant: dict[str, Any], **changes: Any) -> dict[str, Any]:
        return {
            "region_code": grant["region_code"],
            "street": grant["street"],
            "kind": "hosted",
            "area_m2": 5,
            "address_grant": grant["code"],
        } | changes

    return made
