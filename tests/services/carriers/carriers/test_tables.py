"""The tables in code are those of the migrations: what autogenerate would drop or add is a mistake."""

from collections.abc import Callable
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from services.carriers.base import metadata
from services.carriers.composition import SERVICE

OURS = ("carrier", "expert", "recognition_", "panel_", "assessment")


@pytest.mark.filterwarnings("ignore")
def test_register_and_recognition_tables_are_those_of_the_migrations(
    fresh_database: Callable[[str], Any],
) -> None:
    assert SERVICE.routers  # loads every feature's tables
    url = make_url(fresh_database("carriers").owner).set(drivername="postgresql+psycopg")
    engine = create_engine(url)

    def mine(_: Any, name: str | None, kind: str, __: bool, ___: Any) -> bool:
        return kind == "column" or (kind == "table" and str(name).startswith(OURS))

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": False, "include_object": mine}
        )
        found = compare_metadata(context, metadata)
    engine.dispose()
    ours = [name for name in metadata.tables if name.startswith(OURS)]
    assert len(ours) == 12
    assert [str(change)[:200] for change in found] == []
