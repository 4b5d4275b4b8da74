"""Which public money a person may see: that whose region overlaps one that they serve.

A city's officer sees the province's pool (the city answers with a share of it) and not another city's.
"""

from kit.auth import Actor


def scope_of(actor: Actor) -> tuple[bool, list[str]]:
    """The first two arguments of a statement that uses `overlapping`: sees everything, else the prefixes."""
    everything = actor.has("administrator", "system")
    return everything, [prefix for prefix in actor.region_prefixes if prefix.isdigit()]


def overlapping(column: str) -> str:
    """The condition over a column of region codes; $1 and $2 are those of `scope_of`."""
    return (
        "($1 OR EXISTS (SELECT 1 FROM unnest($2::text[]) AS mine(prefix)"  # noqa: S608
        f" WHERE starts_with({column}, prefix)"
        f" OR starts_with(prefix, regexp_replace({column}, '(00)+$', ''))))"
    )
