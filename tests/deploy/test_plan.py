"""Which ports are taken and what each process is told."""

import socket
from collections.abc import Iterator

import pytest

from deploy.local.account import LocalError
from deploy.local.engines import SERVICES, DatabaseUrls
from deploy.local.plan import (
    choose_ports,
    for_program,
    given_databases,
    programs,
    shared_environment,
)
from deploy.local.processes import free_port


@pytest.fixture
def held_port() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_an_asked_port_that_is_taken_is_refused_with_a_sentence(held_port: int) -> None:
    with pytest.raises(LocalError, match=f"Port {held_port}, which PORT asks for, is taken"):
        choose_ports({"PORT": str(held_port)})


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1", "8000.5"])
def test_an_asked_port_that_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(LocalError, match="is no port"):
        choose_ports({"PORT": text})


def test_an_asked_free_port_is_taken_as_it_is() -> None:
    port = free_port()
    ports, notice = choose_ports({"PORT": str(port)})
    assert (ports["gateway"], notice) == (port, None)


def test_a_taken_default_port_gives_way_and_says_so(
    held_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        __import__("deploy.local.plan", fromlist=["x"]).DEFAULT_PORTS, "gateway", held_port
    )
    ports, notice = choose_ports({})
    assert ports["gateway"] > held_port
    assert notice is not None
    assert str(ports["gateway"]) in notice


def test_houses_side_by_side_do_not_reach_for_the_same_ports() -> None:
    one, _ = choose_ports({"YICHUANG_PORTS_OFFSET": "20000"})
    other, _ = choose_ports({"YICHUANG_PORTS_OFFSET": "20200"})
    assert 28_000 <= min(one.values()) < max(one.values()) < 28_200 + 160
    assert not set(one.values()) & set(other.values())


@pytest.mark.parametrize("text", ["-200", "many", "60000"])
def test_an_offset_that_is_none_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(LocalError, match=f"YICHUANG_PORTS_OFFSET={text} is no number"):
        choose_ports({"YICHUANG_PORTS_OFFSET": text})


def test_everyone_gets_a_port_of_their_own() -> None:
    ports, _ = choose_ports({})
    assert len(set(ports.values())) == len(ports) == 8


def test_eleven_processes_are_started() -> None:
    ports, _ = choose_ports({})
    names = [p.name for p in programs(ports)]
    assert len(names) == len(set(names)) == 11
    assert {f"{s}-{role}" for s in SERVICES for role in ("api", "worker")} < set(names)


def test_a_serving_process_never_sees_the_owners_address() -> None:
    ports, _ = choose_ports({})
    pair = DatabaseUrls(app="postgresql://app@x/y", owner="postgresql://owner@x/y")
    told = shared_environment(
        ports=ports,
        databases=dict.fromkeys(SERVICES, pair),
        nats_url="nats://x",
        secrets={"SECRET_KEY": "s"},
        data="d",
    )
    for program in programs(ports):
        own = for_program(told, program)
        assert not [name for name, value in own.items() if "owner@" in value]
        assert own.get("PORT") == (str(program.port) if program.port else None)


def test_a_simulator_stands_outside_and_sees_no_database_and_no_secret_of_the_house() -> None:
    ports, _ = choose_ports({})
    told = shared_environment(
        ports=ports,
        databases=dict.fromkeys(
            SERVICES, DatabaseUrls(app="postgresql://a", owner="postgresql://o")
        ),
        nats_url="nats://x",
        secrets=dict.fromkeys(("SECRET_KEY", "PERSON_KEY", "DATA_KEY"), "s")
        | {"DEPARTMENTS_CALLBACK_KEY": "shared with the departments"},
        data="d",
    )
    outside = [p for p in programs(ports) if p.module.startswith("simulators.")]
    assert {p.name for p in outside} == {"departments", "bank", "messages"}
    for program in outside:
        own = for_program(told, program)
        assert not [n for n, v in own.items() if v in ("s", "nats://x") or "postgresql://" in v]
        assert own["PUBLIC_URL"]
        assert own["DEPARTMENTS_CALLBACK_KEY"]


def test_databases_given_by_url_are_used_as_they_are() -> None:
    given = given_databases(
        {
            "FINANCE_DATABASE_URL": "postgresql://a@h/f",
            "CARRIERS_DATABASE_URL": "postgresql://a@h/c",
            "CARRIERS_MIGRATION_DATABASE_URL": "postgresql://o@h/c",
        }
    )
    assert set(given) == {"finance", "carriers"}
    assert given["finance"].owner == "postgresql://a@h/f"
    assert given["carriers"].owner == "postgresql://o@h/c"
