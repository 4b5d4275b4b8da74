"""Searching the carriers with facets at 100,000 rows ÷ a read of one by its key, and ÷ pgbench."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import httpx

from kit.db import Database, raw
from kit.regions import region_prefix
from services.carriers.carriers import store
from services.carriers.carriers.bulk import bulk
from services.carriers.carriers.search import CarrierFilter
from services.carriers.carriers.words import understand
from tests.bench.blocks import Load
from tests.bench.yard import Yard

CARRIERS = "/api/carriers/v1/carriers"
CHUNK = 10_000
LIMIT = 20
ASKED: dict[str, dict[str, object]] = {
    "filters": {"type": "maker_space", "region": "980100", "facets": "true", "limit": LIMIT},
    "filters and a word": {
        "type": "maker_space",
        "region": "980100",
        "q": "听潮",
        "facets": "true",
        "limit": LIMIT,
    },
}


async def fill(yard: Yard) -> None:
    """As many invented carriers as the scale says, by the service's own bulk loader."""
    database = Database(yard.database("carriers"), pool_size=1, name="bench")
    try:
        for seed in range(-(-yard.scale.carriers // CHUNK)):
            rest = min(CHUNK, yard.scale.carriers - seed * CHUNK)
            async with database.transaction() as session:
                await bulk(session, rest, seed + 1)
    finally:
        await database.close()
    yard.analyze("carriers")


async def play(yard: Yard) -> None:
    """The whole group."""
    await fill(yard)
    print(
        f"carriers, {yard.scale.carriers:,} rows: CPU per request, wall, median time of a request"
    )
    service, one = yard.service("carriers"), ["carriers-api"]
    async with httpx.AsyncClient(trust_env=False) as http:
        first = (await http.get(service + CARRIERS, params={"limit": 1})).json()
    reads = yard.scale.reads // 2
    key = Load(f"{service}{CARRIERS}/{first['items'][0]['id']}", {})
    by_key = yard.block(key, one, requests=reads * 2)
    found = await yard.compare(by_key, by_key)
    yard.show("control: read by key ÷ read by key", found.cpu, control=True)
    for name, asked in ASKED.items():
        searching = Load(f"{service}{CARRIERS}?{urlencode(asked)}", {})
        found = await yard.compare(yard.block(searching, one, requests=reads), by_key)
        yard.show(f"search with facets by {name} ÷ read by key, CPU", found.cpu)
        yard.show(f"search with facets by {name} ÷ read by key, wall", found.wall)
        yard.show(f"search with facets by {name} ÷ read by key, p50", found.p50)
        script = await _script(yard, asked)
        ours = yard.block(searching, one, requests=reads)
        theirs = yard.pgbench("carriers", script, transactions=reads)
        found = await yard.compare(ours, theirs)
        yard.show(f"search with facets by {name} ÷ pgbench, same queries, wall", found.wall)


async def _script(yard: Yard, asked: dict[str, object]) -> str:
    """The very queries that the service's store sends for this search, as PostgreSQL hears them."""
    word = asked.get("q")
    wanted = CarrierFilter(
        type=str(asked["type"]),
        region=region_prefix(str(asked["region"])),
        text=understand(str(word)) if word else None,
    )
    heard: list[Any] = []
    database = Database(yard.database("carriers"), pool_size=1, name="bench")
    try:
        async with database.transaction() as session:
            driver: Any = await raw(session)
            driver.add_query_logger(heard.append)
            await store.list_carriers(session, wanted, after=None, limit=LIMIT)
            await store.facets(session, wanted)
            driver.remove_query_logger(heard.append)
    finally:
        await database.close()
    return "\n".join(f"{_with_values(each.query, each.args)};" for each in heard if each.args)


def _with_values(query: str, values: Sequence[Any]) -> str:
    return re.sub(r"\$(\d+)", lambda found: _literal(values[int(found[1]) - 1]), query)


def _literal(value: Any) -> str:
    """pgbench takes a colon and a letter for a variable of its own, so a colon is spelt out."""
    if isinstance(value, (list, tuple)):
        return f"ARRAY[{', '.join(_literal(each) for each in value)}]"
    if isinstance(value, bool) or not isinstance(value, str):
        return str(value).lower()
    quoted = value.replace("'", "''").replace(":", "' || chr(58) || '")
    return f"('{quoted}')"
