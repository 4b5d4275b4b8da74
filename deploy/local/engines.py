"""The two engines as one thing: PostgreSQL with a database and two roles per service, and NATS.

`<service>_owner` makes and changes tables (migrations); `<service>_app` uses them and owns
nothing. Neither is a superuser. Passwords are made once and kept with the data, never in git.
"""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from deploy.local.account import (
    LocalError,
    binaries_folder,
    data_folder,
    engine_account,
    make_folder,
    write_secret,
)
from deploy.local.nats import Nats
from deploy.local.postgres import Postgres
from deploy.local.roles import grant_use, provide_database, provide_role

SERVICES = ("registration", "finance", "carriers", "gateway")

__all__ = [
    "SERVICES",
    "DatabaseUrls",
    "LocalError",
    "Nats",
    "Postgres",
    "data_folder",
    "engine_account",
    "nats_in",
    "postgres_in",
    "provide_service_databases",
    "role_passwords",
]


@dataclass(frozen=True)
class DatabaseUrls:
    """The two ways into one service's database: `app` for the service, `owner` for migrations."""

    app: str
    owner: str


def postgres_in(data: Path, *, fast: bool = False, log: Path | None = None) -> Postgres:
    """The PostgreSQL engine of a data folder (not started)."""
    return Postgres(data / "postgres", programs=binaries_folder(data), fast=fast, log=log)


def nats_in(data: Path, *, fast: bool = False, log: Path | None = None) -> Nats:
    """The NATS engine of a data folder (not started)."""
    return Nats(data / "nats", programs=binaries_folder(data), fast=fast, log=log)


def role_passwords(data: Path) -> dict[str, str]:
    """The passwords of all roles, made on first use; role name -> password."""
    file = data / "roles.json"
    names = [f"{service}_{kind}" for service in SERVICES for kind in ("owner", "app")]
    known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    if any(name not in known for name in names):
        known = {name: known.get(name) or secrets.token_urlsafe(24) for name in names}
        make_folder(data)
        write_secret(file, json.dumps(known, indent=2))
    return known


def provide_service_databases(
    postgres: Postgres, *, passwords: dict[str, str], services: tuple[str, ...] = SERVICES
) -> dict[str, DatabaseUrls]:
    """Make roles and databases that are missing; service -> its two addresses."""
    urls: dict[str, DatabaseUrls] = {}
    with postgres.administer() as connection:
        for service in services:
            owner, app = f"{service}_owner", f"{service}_app"
            for role in (owner, app):
                provide_role(connection, role, password=passwords[role])
            provide_database(connection, service, owner=owner)
            with postgres.administer(service) as inside:
                grant_use(inside, database=service, owner=owner, app=app)
            urls[service] = DatabaseUrls(
                app=postgres.url(service, user=app, password=passwords[app]),
                owner=postgres.url(service, user=owner, password=passwords[owner]),
            )
    return urls
