"""Roles and databases inside a cluster: who owns, who may only use.

Exists so that no service connects as an owner or a superuser, on a laptop as in a province. What
is inside a database belongs to its migrations.
"""

import psycopg
from psycopg import sql


def provide_role(connection: "psycopg.Connection[object]", name: str, *, password: str) -> None:
    """Make a log-in role without any power, or give an existing one this password."""
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    verb = sql.SQL("ALTER" if known else "CREATE")
    connection.execute(
        sql.SQL(
            "{verb} ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION "
            "NOBYPASSRLS PASSWORD {password}"
        ).format(verb=verb, name=sql.Identifier(name), password=sql.Literal(password))
    )


def provide_database(connection: "psycopg.Connection[object]", name: str, *, owner: str) -> bool:
    """Make an empty database that only its owner and those granted may enter; True when made."""
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        return False
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
            sql.Identifier(name), sql.Identifier(owner)
        )
    )
    return True


def grant_use(
    connection: "psycopg.Connection[object]", *, database: str, owner: str, app: str
) -> None:
    """Let `app` use, and never own, what `owner` makes in this database.

    Args:
        connection: a superuser connection *inside* that database.
    """
    names = {
        "database": sql.Identifier(database),
        "owner": sql.Identifier(owner),
        "app": sql.Identifier(app),
    }
    for statement in (
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {app}",
        "GRANT USAGE ON SCHEMA public TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE ON SCHEMAS TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} "
        "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT ON SEQUENCES TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT EXECUTE ON FUNCTIONS TO {app}",
    ):
        connection.execute(sql.SQL(statement).format(**names))
