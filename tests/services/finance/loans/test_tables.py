"""The tables in code are those of the migration: what autogenerate would drop or add is a mistake."""

from collections.abc import Callable
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, create_engine
from sqlalchemy.engine import make_url

from kit.tables import metadata as mechanism
from services.finance.base import metadata
from services.finance.composition import SERVICE

OURS = {"loans", "loan_instalments", "loan_entries", "bank_references"}


def test_the_tables_of_loans_are_those_of_the_migration(
    fresh_database: Callable[[str], Any],
) -> None:
    assert SERVICE.surfaces  # loads every room's tables
    assert set(metadata.tables) >= OURS
    url = make_url(fresh_database("finance").owner).set(drivername="postgresql+psycopg")
    engine = create_engine(url)

    whole = MetaData()  # the service's tables point at the mechanism's
    for table in (*mechanism.tables.values(), *metadata.tables.values()):
        table.to_metadata(whole)

    def mine(_: Any, name: str | None, kind: str, __: bool, ___: Any) -> bool:
        return kind != "table" or name in OURS

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": False, "include_object": mine}
        )
        found = compare_metadata(context, whole)
    engine.dispose()
    assert [str(change)[:200] for change in found] == []
