"""The facet counts of a carrier list as one JSON each: kept ones by key, or counted over the matches.

Each facet is counted under all the other filters, so that a reader sees what choosing another value would
give. Only SQL text is made here; store.py runs it.
"""

from services.carriers.carriers.codes import FIELDS
from services.carriers.carriers.search import (
    FACET_CAP,
    CarrierFilter,
    Values,
    base_conditions,
    facet_conditions,
)

_VALUES = (
    "(SELECT coalesce(json_agg(json_build_object('value', value, 'carriers', carriers)"
    " ORDER BY carriers DESC, value), '[]') FROM ({rows}) found WHERE carriers > 0)"
)


def kept_facets(wanted: CarrierFilter, values: Values) -> str:
    """The facets as one JSON, read from `carrier_counts`: some forty rows by their key."""
    at = {
        "type": values.bind(wanted.type or "", "text"),
        "tier": values.bind(wanted.tier or "", "text"),
        "field": values.bind(wanted.field or "", "text"),
        "room": values.bind(wanted.with_free_workstations, "boolean"),
        "region": values.bind(wanted.region or "", "text"),
    }

    def rows(facet: str, value: str, condition: str) -> str:
        where = [f"{name} = {place}" for name, place in at.items() if name != facet]
        return (
            f"SELECT {value} AS value, carriers FROM carrier_counts"  # noqa: S608
            f" WHERE {' AND '.join([*where, condition])}"
        )

    fields = values.bind(list(FIELDS.labels), "text[]")
    level = values.bind(region_level(wanted.region), "integer")
    region = at["region"]
    under = f"region >= {region} AND region < {region} || '~' AND length(region) = {level}"
    lists = {
        "type": rows("type", "type", "type = ANY(ARRAY(SELECT code FROM carrier_types))"),
        "tier": rows("tier", "tier", "tier = ANY(ARRAY(SELECT code FROM carrier_tiers))"),
        "field": rows("field", "field", f"field = ANY({fields})"),
        "region": rows("region", "rpad(region, 6, '0')", under),
    }
    numbers = {
        "with_free_workstations": rows("room", "''", "room"),
        "carriers": rows("", "''", "true"),
    }
    parts = [f"'{name}', {_VALUES.format(rows=sql)}" for name, sql in lists.items()]
    parts += [
        f"'{name}', coalesce((SELECT carriers FROM ({sql}) one), 0)"  # noqa: S608
        for name, sql in numbers.items()
    ]
    return f"SELECT json_build_object({', '.join(parts)}, 'capped', false)::text"


def region_level(prefix: str | None) -> int:
    """How many digits the regions have that are offered next: cities, then counties."""
    return 6 if prefix and len(prefix) >= 4 else 4


def matched_facets(wanted: CarrierFilter, values: Values) -> str:
    """The facets as one JSON, counted over the first FACET_CAP matches of the text or place."""
    where = base_conditions(wanted, values, by_tokens=True)
    chosen = facet_conditions(wanted, values)
    level = values.bind(region_level(wanted.region), "integer")

    def rows(facet: str, value: str) -> str:
        others = [sql for name, sql in chosen.items() if name != facet]
        return (
            f"SELECT {value} AS value, count(*) AS carriers FROM hits"  # noqa: S608
            f" WHERE {' AND '.join([*others, f'{value} IS NOT NULL'])} GROUP BY 1"
        )

    region = f"rpad(left(region_code, {level}), 6, '0')"
    lists = {"type": "type", "tier": "tier", "field": "field", "region": region}
    parts = [f"'{n}', {_VALUES.format(rows=rows(n, value))}" for n, value in lists.items()]
    everything = " AND ".join(chosen.values()) or "true"
    others = " AND ".join(sql for name, sql in chosen.items() if name != "room") or "true"
    columns = "type, tier, field, region_code, city_code, free_workstations"
    return (
        f"WITH hits AS MATERIALIZED (SELECT {columns} FROM carriers"  # noqa: S608
        f" WHERE {' AND '.join(where)} LIMIT {FACET_CAP + 1})"
        f" SELECT json_build_object({', '.join(parts)},"
        f" 'with_free_workstations', (SELECT count(*) FROM hits WHERE free_workstations > 0"
        f" AND {others}),"
        f" 'carriers', (SELECT count(*) FROM hits WHERE {everything}),"
        f" 'capped', (SELECT count(*) FROM hits) > {FACET_CAP})::text"
    )
