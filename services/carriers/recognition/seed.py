"""The invented experts of the demonstration. May run again; never undoes what has happened since."""

import uuid
from typing import Any

from kit.crypto import person_hash
from services.carriers.recognition import store
from services.carriers.recognition.parameters import demo_experts

_NAMESPACE = uuid.UUID("98010000-0000-5000-8000-00000000e4e7")


async def seed_experts(state: Any) -> None:
    """The three experts who have demonstration accounts."""
    key = state.settings.person_key.get_secret_value()
    async with state.database.transaction() as session:
        for row in demo_experts():
            values = {
                "id": uuid.uuid5(_NAMESPACE, row["code"]),
                "code": row["code"],
                "principal": f"person:{person_hash(row['id_number'], person_key=key)}",
                "name": row["name"],
                "organisation": row["organisation"],
                "org_code": row["org_code"] or None,
                "fields": row["fields"].split(),
                "active": True,
                "registered_at": state.clock.now(),
                "registered_by": "seed",
                "version": 1,
            }
            await store.insert_expert(session, values)
