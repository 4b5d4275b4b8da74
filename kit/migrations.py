"""Alembic, driven from code: one history per service, run by its own role before the service starts.

A service's folder holds `migrations/env.py` (two lines that call `run_env`) and `migrations/versions/`.
The mechanism's tables come from kit/mechanism/*.sql, frozen per version, so that changing kit.tables
never rewrites history. Must not be called by a serving process.
"""

import uuid
from importlib import import_module, metadata, resources
from pathlib import Path
from typing import Any

import stamina
from alembic import command, context
from alembic.config import Config
from procrastinate.schema import SchemaManager
from sqlalchemy import MetaData, create_engine, pool
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import OperationalError


def alembic_config(package: str, url: str) -> Config:
    """Alembic's configuration for a service package, e.g. `services.registration`."""
    folder = Path(str(import_module(package).__file__)).parent / "migrations"
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def wait_for_engine(url: str, *, seconds: float = 60) -> None:
    """Waits until the database takes connections: containers start in any order. Raises OperationalError."""
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"), poolclass=pool.NullPool
    )
    retries = stamina.retry_context(
        on=OperationalError, attempts=None, timeout=seconds, wait_initial=0.2, wait_max=2.0
    )
    for attempt in retries:
        with attempt, engine.connect():
            pass
    engine.dispose()


def upgrade(package: str, url: str, revision: str = "head") -> None:
    """Brings a database to `revision`. `url` belongs to the owner role."""
    command.upgrade(alembic_config(package, url), revision)


def run_env(*targets: MetaData) -> None:
    """The body of a service's env.py."""
    url = make_url(context.config.attributes["url"]).set(drivername="postgresql+psycopg")
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=list(targets), compare_type=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


def run_script(connection: Connection, script: str) -> None:
    """Runs a script of several statements in the migration's transaction."""
    cursor: Any = connection.connection.cursor()
    cursor.execute(script)
    cursor.close()


def mechanism_script(version: str) -> str:
    """The SQL of one version of the mechanism's tables; "v2" and later change what is there."""
    return resources.files("kit").joinpath("mechanism", f"{version}.sql").read_text()


def create_mechanism(connection: Connection, version: str = "v1") -> None:
    """The mechanism's tables, the job queue's schema, and the database's epoch id.

    The epoch names this database for the event stream: a fresh database with an old stream would lose
    its events to deduplication.
    """
    run_script(connection, mechanism_script(version))
    run_script(connection, SchemaManager.get_schema())
    facts = {"epoch": uuid.uuid4().hex, "procrastinate": metadata.version("procrastinate")}
    for key, value in facts.items():
        connection.exec_driver_sql(
            "INSERT INTO platform_facts (key, value) VALUES (%s, %s)", (key, value)
        )
