"""The engines that the tests and `make run` stand on."""

import socket
from collections.abc import Callable

import psycopg
import pytest

from deploy.local.engines import DatabaseUrls
from tests.fixtures.engines import TestPostgres
from tests.fixtures.network import OutsideReached

Fresh = Callable[[str], DatabaseUrls]


def test_postgres_is_real_and_recent(postgres: TestPostgres) -> None:
    with postgres.administer() as connection:
        row = connection.execute("SHOW server_version_num").fetchone()
    assert int(row[0]) >= 150000


def test_roles_of_services_have_no_power(postgres: TestPostgres) -> None:
    with postgres.administer() as connection:
        rows = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolcanlogin AND rolname ~ '_(app|owner)$' AND NOT "
            "(rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication)"
        ).fetchall()
    assert len(rows) == 8


def test_a_wrong_password_opens_nothing(postgres: TestPostgres) -> None:
    url = postgres.url("postgres", user="finance_app")
    wrong = url.replace(postgres.password("finance_app"), "guessed")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


async def test_nats_has_jetstream_and_accounts_do_not_see_each_other(
    fresh_nats: Callable[[], str],
) -> None:
    import nats

    first = await nats.connect(fresh_nats())
    second = await nats.connect(fresh_nats())
    await first.jetstream().add_stream(name="mine", subjects=["mine.>"])
    await first.jetstream().publish("mine.a", b"1")
    assert (await first.jetstream().account_info()).streams == 1
    assert (await second.jetstream().account_info()).streams == 0
    await first.close()
    await second.close()


def test_no_test_reaches_the_outside() -> None:
    with pytest.raises(OutsideReached), socket.socket() as outward:
        outward.connect(("192.0.2.1", 80))
    with pytest.raises(OutsideReached):
        socket.getaddrinfo("example.org", 443)
