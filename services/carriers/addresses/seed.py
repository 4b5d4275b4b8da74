"""A hosted address for each demonstration maker space and incubator. May run again; adds none twice."""

from typing import Any

from sqlalchemy import text

from services.carriers.addresses import parameters

_ADDRESSES = text("""
INSERT INTO hosted_addresses (id, carrier_id, street, region_code, firms_max, created_at)
SELECT gen_random_uuid(), c.id, regexp_replace(c.address, '^.*[市区县]', '') || '集群注册区',
  c.region_code, :most, :now
FROM carriers c
WHERE c.is_demo AND c.reference ~ '^[A-Z]{2}-[0-9]{3}$' AND c.type IN ('maker_space', 'incubator')
  AND NOT EXISTS (SELECT 1 FROM hosted_addresses h WHERE h.carrier_id = c.id)
ON CONFLICT DO NOTHING
""")


async def seed_addresses(state: Any) -> None:
    """Run it after the carriers' own seed."""
    most = min(50, parameters.number("firms_per_address", on=state.clock.today()))
    async with state.database.transaction() as session:
        await session.execute(_ADDRESSES, {"most": most, "now": state.clock.now()})
