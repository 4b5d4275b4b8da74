"""The tables in code are those of the migrations: what autogenerate would drop or add is a mistake."""

from collections.abc import Callable
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from services.registration.base import metadata
from services.registration.composition import SERVICE

OURS = ("licence", "market_entities", "entity_", "register_snapshot")


@pytest.mark.filterwarnings("ignore:Did not recognize type .xid8.")
def test_licence_and_register_tables_are_those_of_the_migrations(
    fresh_database: Callable[[str], Any],
) -> None:
    assert SERVICE.routers  # loads every feature's tables
    url = make_url(fresh_database("registration").owner).set(drivername="postgresql+psycopg")
    engine = create_engine(url)
    ours = [table for name, table in metadata.tables.items() if name.startswith(OURS)]

    def mine(_: Any, name: str | None, kind: str, __: bool, ___: Any) -> bool:
        return kind != "table" or str(name).startswith(OURS)

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": False, "include_object": mine}
        )
        found = compare_metadata(context, metadata)
    engine.dispose()
    assert len(ours) == 12
    assert [str(change)[:200] for change in found] == []
