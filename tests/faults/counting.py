"""Counts, by SQL as the owner sees it, what a fault may have lost or doubled."""

from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.fixtures.house import House

ONE_EACH = """
SELECT c.id,
  (SELECT count(*) FROM allocated_codes a WHERE a.case_id = c.id),
  (SELECT count(*) FROM licences l WHERE l.case_id = c.id),
  (SELECT count(*) FROM market_entities e WHERE e.case_id = c.id),
  (SELECT count(*) FROM outbox o WHERE o.type = 'registration.licence.issued.v1'
     AND o.data->>'case_id' = c.id::text)
FROM cases c WHERE c.state = 'registered'
"""


@dataclass(frozen=True)
class Books:
    """What the databases hold."""

    cases: int
    registered: int
    not_one_each: int
    unpublished: int
    tasks_per_company: set[int]
    projected: int
    doubled_projections: int


def database_url(house: House, service: str) -> str:
    """A service's database address, as its API process was told it."""
    mark = house.record().processes[f"{service}-api"]
    entries = Path(f"/proc/{mark.pid}/environ").read_bytes().split(b"\0")
    told = dict(entry.decode().split("=", 1) for entry in entries if b"=" in entry)
    return told[f"{service.upper()}_DATABASE_URL"]


def count(registration_url: str, finance_url: str) -> Books:
    with psycopg.connect(registration_url) as db:
        rows = db.execute(ONE_EACH).fetchall()
        cases = _one(db, "SELECT count(*) FROM cases")
        unpublished = _one(db, "SELECT count(*) FROM outbox WHERE published_at IS NULL")
        tasks = db.execute(
            "SELECT (SELECT count(*) FROM department_tasks t JOIN department_openings o"
            " ON o.id = t.opening_id WHERE o.case_id = c.id)"
            " FROM cases c WHERE c.state = 'registered'"
        ).fetchall()
    with psycopg.connect(finance_url) as db:
        projected = _one(db, "SELECT count(*) FROM enterprises")
        doubled = _one(
            db,
            "SELECT count(*) FROM (SELECT uscc FROM enterprises GROUP BY 1 HAVING count(*) > 1) d",
        )
    return Books(
        cases=cases,
        registered=len(rows),
        not_one_each=sum(1 for row in rows if tuple(row[1:]) != (1, 1, 1, 1)),
        unpublished=unpublished,
        tasks_per_company={int(row[0]) for row in tasks},
        projected=projected,
        doubled_projections=doubled,
    )


def _one(db: "psycopg.Connection[tuple[object, ...]]", query: str) -> int:
    row = db.execute(query).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return int(str(row[0]))
