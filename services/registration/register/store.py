"""Every query on the register.

Lists come as bytes straight from PostgreSQL (`page_json`): a page costs a third of what rows and models
cost. `page_rows` gives the same page by way of rows; a test holds the two together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

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


def _conditions(filters: Filters) -> tuple[list[str], dict[str, Any]]:
    where, values = [], dict[str, Any]()
    if filters.tokens:
        where.append("tokens @> CAST(:tokens AS text[])")
        values["tokens"] = filters.tokens
    query = filters.query
    if query and query.code_prefix:
        where.append("uscc LIKE :code")
        values["code"] = query.code_prefix + "%"
    if query and query.contains:
        where.append("name_compact LIKE :contains")
        values["contains"] = _like(query.contains)
    if query and query.letters:
        ways = ["(tokens @> CAST(:initial_tokens AS text[]) AND initials LIKE :letters)"]
        values |= {"initial_tokens": list(query.initial_tokens), "letters": _like(query.letters)}
        if query.pinyin_tokens:
            ways.append("(tokens @> CAST(:pinyin_tokens AS text[]) AND pinyin LIKE :letters)")
            values["pinyin_tokens"] = list(query.pinyin_tokens)
        where.append("(" + " OR ".join(ways) + ")")
    if filters.founded_from:
        where.append("founded_on >= :founded_from")
        values["founded_from"] = filters.founded_from
    if filters.founded_to:
        where.append("founded_on <= :founded_to")
        values["founded_to"] = filters.founded_to
    return where, values


def _page_sql(
    filters: Filters, *, after: tuple[Any, ...] | None, limit: int
) -> tuple[str, str, dict[str, Any]]:
    """The page's rows as SQL, its order, and the values. A search puts short names first (the
    closest ones), a list the youngest entities."""
    where, values = _conditions(filters)
    searching = filters.query is not None
    columns = "name_length, uscc" if searching else "founded_on, uscc"
    order = "name_length, uscc" if searching else "founded_on DESC, uscc DESC"
    if after is not None:
        kind = "smallint" if searching else "date"
        sign = ">" if searching else "<"
        where.append(f"({columns}) {sign} (CAST(:after_key AS {kind}), CAST(:after_uscc AS text))")
        values |= {"after_key": after[0], "after_uscc": after[1]}
    condition = f"WHERE {' AND '.join(where)}" if where else ""
    values["rows"] = limit + 1
    sql = (
        f"SELECT {', '.join(SUMMARY)}, name_length FROM market_entities {condition}"  # noqa: S608  constants and bound values only
        f" ORDER BY {order} LIMIT :rows"
    )
    return sql, order, values


def key_of(row: Any, *, searching: bool) -> tuple[Any, ...]:
    """The keyset of a row in the list's order."""
    return (row.name_length if searching else row.founded_on, row.uscc)


async def page_rows(
    connection: Connection, filters: Filters, *, after: tuple[Any, ...] | None, limit: int
) -> Sequence[Row[Any]]:
    """`limit + 1` rows of a page."""
    sql, _, values = _page_sql(filters, after=after, limit=limit)
    return (await connection.execute(text(sql), values)).all()


@dataclass(frozen=True)
class JsonPage:
    """A page as PostgreSQL wrote it: the items' JSON array, and the last key if more follow."""

    items: bytes
    next_key: tuple[Any, ...] | None


async def page_json(
    connection: Connection, filters: Filters, *, after: tuple[Any, ...] | None, limit: int
) -> JsonPage:
    """The same page as `page_rows`, as bytes."""
    inner, order, values = _page_sql(filters, after=after, limit=limit)
    sql = f"""
    WITH page AS MATERIALIZED ({inner}),
         numbered AS (SELECT *, row_number() OVER (ORDER BY {order}) AS place FROM page)
    SELECT coalesce(json_agg({_OBJECT} ORDER BY place) FILTER (WHERE place <= :shown), '[]')::text,
           count(*) > :shown,
           max(uscc) FILTER (WHERE place = :shown),
           max(founded_on) FILTER (WHERE place = :shown),
           max(name_length) FILTER (WHERE place = :shown)
    FROM numbered
    """  # noqa: S608  constants and bound values only
    found = (await connection.execute(text(sql), {**values, "shown": limit})).one()
    items, more, uscc, founded_on, name_length = found
    first = name_length if filters.query is not None else founded_on
    return JsonPage(items.encode(), (first, uscc) if more else None)


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
