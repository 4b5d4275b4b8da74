"""Every query on the register.

Lists come as bytes straight from PostgreSQL (`page_json`), over the driver itself: two thirds of the
CPU that rows and models cost. `page_rows` gives the same page by way of rows; a test holds the two
together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.db import raw
from services.registration.register.search import Query

Connection = AsyncSession | AsyncConnection
SUMMARY = (
    "uscc",
    "name",
    "entity_kind",
    "organization_form",
    "state",
    "head_name",
    "registered_capital_fen",
    "founded_on",
    "region_code",
    "industry_code",
    "registration_authority",
    "is_demo",
)
_OBJECT = "json_build_object(" + ", ".join(f"'{name}', {name}" for name in SUMMARY) + ")"


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; None means everything."""

    query: Query | None = None
    region_prefix: str | None = None
    industry_code: str | None = None
    entity_kind: str | None = None
    state: str | None = None
    founded_from: date | None = None
    founded_to: date | None = None

    @property
    def tokens(self) -> list[str]:
        """The filters and the query's tokens, all of which a row must carry."""
        narrow = {
            "r": self.region_prefix,
            "g": self.industry_code,
            "k": self.entity_kind,
            "s": self.state,
        }
        chosen = [f"{kind}:{value}" for kind, value in narrow.items() if value]
        return chosen + list(self.query.tokens if self.query else ())


def _like(fragment: str) -> str:
    for special in ("\\", "%", "_"):
        fragment = fragment.replace(special, f"\\{special}")
    return f"%{fragment}%"


class _Values(list[Any]):
    """The values bound to a statement; `bind` gives a value's placeholder with its type."""

    def bind(self, value: Any, kind: str) -> str:
        self.append(value)
        return f"${len(self)}::{kind}"


def _conditions(filters: Filters, values: _Values) -> list[str]:
    where = []
    if filters.tokens:
        where.append(f"tokens @> {values.bind(filters.tokens, 'text[]')}")
    query = filters.query
    if query and query.code_prefix:  # a range and not LIKE: a prepared LIKE uses no index
        where.append(f'uscc >= {values.bind(query.code_prefix, "text")} COLLATE "C"')
        where.append(f'uscc < {values.bind(query.code_prefix + "~", "text")} COLLATE "C"')
    if query and query.contains:
        where.append(f"name_compact LIKE {values.bind(_like(query.contains), 'text')}")
    if query and query.letters:
        letters = values.bind(_like(query.letters), "text")
        initials = values.bind(list(query.initial_tokens), "text[]")
        ways = [f"(tokens @> {initials} AND initials LIKE {letters})"]
        if query.pinyin_tokens:
            pinyin = values.bind(list(query.pinyin_tokens), "text[]")
            ways.append(f"(tokens @> {pinyin} AND pinyin LIKE {letters})")
        where.append("(" + " OR ".join(ways) + ")")
    if filters.founded_from:
        where.append(f"founded_on >= {values.bind(filters.founded_from, 'date')}")
    if filters.founded_to:
        where.append(f"founded_on <= {values.bind(filters.founded_to, 'date')}")
    return where


def _page_sql(
    filters: Filters, values: _Values, *, after: tuple[Any, ...] | None, limit: int
) -> tuple[str, str]:
    """The page's rows as SQL and its order. A search puts short names first (the closest ones), a
    list the youngest entities."""
    where = _conditions(filters, values)
    searching = filters.query is not None
    columns = "name_length, uscc" if searching else "founded_on, uscc"
    order = "name_length, uscc" if searching else "founded_on DESC, uscc DESC"
    if after is not None:
        first = values.bind(after[0], "smallint" if searching else "date")
        then = values.bind(after[1], "text")
        where.append(f"({columns}) {'>' if searching else '<'} ({first}, {then})")
    condition = f"WHERE {' AND '.join(where)}" if where else ""
    rows = values.bind(limit + 1, "integer")
    sql = (
        f"SELECT {', '.join(SUMMARY)}, name_length FROM market_entities {condition}"  # noqa: S608  constants and placeholders only
        f" ORDER BY {order} LIMIT {rows}"
    )
    return sql, order


def key_of(row: Any, *, searching: bool) -> tuple[Any, ...]:
    """The keyset of a row in the list's order."""
    return (row["name_length"] if searching else row["founded_on"], row["uscc"])


async def page_rows(
    connection: Connection, filters: Filters, *, after: tuple[Any, ...] | None, limit: int
) -> Sequence[Any]:
    """`limit + 1` rows (asyncpg records) of a page."""
    values = _Values()
    sql, _ = _page_sql(filters, values, after=after, limit=limit)
    driver = await raw(connection)
    return list(await driver.fetch(sql, *values))


@dataclass(frozen=True)
class JsonPage:
    """A page as PostgreSQL wrote it: the items' JSON array, and the last key if more follow."""

    items: bytes
    next_key: tuple[Any, ...] | None


async def page_json(
    connection: Connection, filters: Filters, *, after: tuple[Any, ...] | None, limit: int
) -> JsonPage:
    """The same page as `page_rows`, as bytes."""
    values = _Values()
    inner, order = _page_sql(filters, values, after=after, limit=limit)
    shown = values.bind(limit, "integer")
    sql = f"""
    WITH page AS MATERIALIZED ({inner}),
         numbered AS (SELECT *, row_number() OVER (ORDER BY {order}) AS place FROM page)
    SELECT coalesce(json_agg({_OBJECT} ORDER BY place) FILTER (WHERE place <= {shown}), '[]')::text
             AS items,
           count(*) > {shown} AS more,
           max(uscc) FILTER (WHERE place = {shown}) AS uscc,
           max(founded_on) FILTER (WHERE place = {shown}) AS founded_on,
           max(name_length) FILTER (WHERE place = {shown}) AS name_length
    FROM numbered
    """  # noqa: S608  constants and placeholders only
    driver = await raw(connection)
    found = await driver.fetchrow(sql, *values)
    key = key_of(found, searching=filters.query is not None)
    return JsonPage(found["items"].encode(), key if found["more"] else None)


_ENTITY = text("SELECT * FROM market_entities WHERE uscc = :uscc")
_ENTITY_GOVERNED = text(
    "SELECT * FROM market_entities WHERE uscc = :uscc"
    " AND EXISTS (SELECT 1 FROM unnest(CAST(:prefixes AS text[])) p"
    " WHERE starts_with(region_code, p))"
)
_PEOPLE = text("SELECT * FROM entity_people WHERE uscc = :uscc ORDER BY number")
_SHAREHOLDERS = text("SELECT * FROM entity_shareholders WHERE uscc = :uscc ORDER BY number")


async def find_entity(connection: Connection, uscc: str) -> Row[Any] | None:
    return (await connection.execute(_ENTITY, {"uscc": uscc})).first()


async def find_governed(
    connection: Connection, uscc: str, *, prefixes: Sequence[str]
) -> Row[Any] | None:
    """The entity, if it sits in one of the regions whose code prefixes are given."""
    values = {"uscc": uscc, "prefixes": list(prefixes)}
    return (await connection.execute(_ENTITY_GOVERNED, values)).first()


async def read_people(connection: Connection, uscc: str) -> Sequence[Row[Any]]:
    return (await connection.execute(_PEOPLE, {"uscc": uscc})).all()


async def read_shareholders(connection: Connection, uscc: str) -> Sequence[Row[Any]]:
    return (await connection.execute(_SHAREHOLDERS, {"uscc": uscc})).all()
