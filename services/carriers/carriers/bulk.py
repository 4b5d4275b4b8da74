"""Many invented carriers at once, for the bench and for trying lists at size. Never called by a service.

The same `n` and `seed` give the same carriers. Facet counts are made once at the end instead of by the
trigger for each row.
"""

import random
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.db import raw
from services.carriers.carriers.codes import FIELDS
from services.carriers.carriers.words import words_of

_NAMESPACE = uuid.UUID("98010000-0000-5000-8000-00000000beef")
_FIRST = (
    "听潮拾光半山云桥渡口青禾灯塔溪谷星野木棉海棠北斗启程初芽长风沐光逐浪登高飞跃三江松湖白芦"
    "潮生远帆青枫云帆北辰麓野稻香橘园集云新芽归雁朝阳潮信竹溪梅岭石桥金穗银杏"
)
_SECOND = "智汇创想梦工聚星联创优谷众合同舟微光跃动方舟蓝图原点拓新知行致远博创聚能融创汇智"
_REGIONS = {
    "980101": ("青屿市江湾区", 31.20, 123.60),
    "980102": ("青屿市松岭区", 31.15, 123.75),
    "980181": ("白芦市", 31.40, 123.50),
    "980201": ("澜石市北岸区", 30.60, 123.20),
    "980221": ("澜石市云麓县", 30.45, 123.05),
}
_TYPES = (
    ("maker_space", "众创空间", 40),
    ("incubator", "科技企业孵化器", 20),
    ("accelerator", "企业加速器", 8),
    ("nursery", "创业苗圃", 10),
    ("demo_base", "小微企业双创基地", 8),
    ("rural_maker_base", "星创天地", 8),
    ("ecommerce_maker_centre", "电子商务创客中心", 6),
)
_TIERS = (("unranked", 30), ("county", 25), ("city", 25), ("provincial", 15), ("national", 5))
_CHUNK = 500
_COLUMNS = (
    "id", "reference", "type", "tier", "name", "operator_org", "region_code", "address", "field",
    "area_m2", "workstations", "free_workstations", "opened_on", "is_demo", "version", "lat", "lon",
    "fields", "brands", "words", "search_text", "pinyin", "initials",
)  # fmt: skip
_COUNT = (
    "INSERT INTO carrier_counts AS k SELECT cells.*, count(*)"
    " FROM carriers c, carrier_cells(c) cells WHERE c.id = ANY(:ids)"
    " GROUP BY 1, 2, 3, 4, 5 ON CONFLICT (type, tier, field, room, region)"
    " DO UPDATE SET carriers = k.carriers + excluded.carriers"
)


def _pairs(words: str) -> list[str]:
    return [words[i : i + 2] for i in range(0, len(words), 2)]


def invented(n: int, seed: int) -> Iterator[tuple[Any, ...]]:
    """`n` carriers as rows in the order of the columns, one after the other."""
    rng = random.Random(seed)  # noqa: S311  invented data, to be the same each time
    first, second = _pairs(_FIRST), _pairs(_SECOND)
    regions, fields = sorted(_REGIONS), sorted(FIELDS.labels)
    kinds = rng.choices(_TYPES, weights=[weight for *_, weight in _TYPES], k=n)
    tiers = rng.choices([t for t, _ in _TIERS], weights=[w for _, w in _TIERS], k=n)
    for number, (kind, tier) in enumerate(zip(kinds, tiers, strict=True)):
        region = rng.choice(regions)
        place, lat, lon = _REGIONS[region]
        name = f"{rng.choice(first)}{rng.choice(second)}{kind[1]}{number}号（演示）"
        address = f"{place}{rng.choice(first)}路{rng.randint(1, 999)}号"
        seats = rng.randint(20, 600)
        keys = words_of(name, address)
        field = rng.choice(fields) if rng.random() < 0.4 else None
        yield (
            uuid.uuid5(_NAMESPACE, f"{seed}-{number}"), f"YS-{seed % 1000:03d}{number:06d}",
            kind[0], tier, name, "bulk", region, address, field, rng.randint(300, 40_000),
            seats, rng.choice((0, seats // 3)),
            date(2010, 1, 1) + timedelta(days=rng.randint(0, 6000)), True, 1,
            lat + rng.gauss(0, 0.08), lon + rng.gauss(0, 0.08),
            [field] if field else [], [], keys.words, keys.search_text, keys.pinyin,
            keys.initials,
        )  # fmt: skip


async def bulk(session: AsyncSession, n: int, seed: int = 1) -> None:
    """Adds `n` carriers (100,000 take some minutes). A seed is good for one call."""
    driver = await raw(session)
    await session.execute(text("SET LOCAL yichuang.carriers_bulk = 'on'"))
    rows = invented(n, seed)
    while part := list(islice(rows, _CHUNK)):  # each statement well under the pool's time limit
        await driver.copy_records_to_table("carriers", records=part, columns=_COLUMNS)
        await session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        await session.execute(text(_COUNT), {"ids": [row[0] for row in part]})
