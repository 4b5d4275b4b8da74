"""The migration made what the tables say."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from gateway.inbox.tables import metadata


def test_migration_and_tables_agree(fresh_database):
    url = fresh_database("gateway").owner.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda n, kind, _: kind != "table" or n in metadata.tables},
        )
        found = compare_metadata(context, metadata)
    engine.dispose()
    assert found == []
