"""docker-compose.yml says the same as `make run`: the same processes, each with its own narrow role."""

import re
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.compose import secrets
from deploy.local.account import CHECKOUT
from deploy.local.plan import DEFAULT_PORTS, programs

COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: each for name, each in SERVICES.items() if "yichuang" in each["image"]}


def test_every_process_of_the_house_runs_in_containers() -> None:
    ours = {" ".join(each["command"]) for each in OURS.values()}
    for program in programs(DEFAULT_PORTS):
        assert " ".join(filter(None, [program.module, program.role])) in ours


def test_a_service_knows_its_own_role_and_only_migrations_know_the_owner() -> None:
    for name, each in OURS.items():
        urls = {k: v for k, v in each["environment"].items() if k.endswith("DATABASE_URL")}
        assert len(urls) <= 2
        for key, url in urls.items():
            assert ("_owner:" in url) == ("MIGRATION" in key), (name, key)
            assert ("MIGRATION" in key) <= name.startswith("prepare-"), name


def test_processes_are_read_only_without_capabilities_and_nothing_but_the_edge_is_published() -> (
    None
):
    for each in OURS.values():
        assert each["read_only"] is True
        assert each["cap_drop"] == ["ALL"]
    assert [name for name, each in SERVICES.items() if "ports" in each] == ["edge"]


def test_no_secret_has_a_default() -> None:
    text = (CHECKOUT / "docker-compose.yml").read_text("utf-8")
    for name in secrets.NAMES:
        assert re.search(r"\$\{" + name + r"[:}]", text), name
        assert f"{name}:-" not in text


def test_secrets_are_made_once_and_for_their_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "FILE", tmp_path / ".env")
    secrets.main()
    first = (tmp_path / ".env").read_text()
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert len(set(re.findall("=(.+)", first))) == len(secrets.NAMES)
    secrets.main()
    assert (tmp_path / ".env").read_text() == first


def test_the_edge_trusts_nobody_s_word_for_where_a_request_came_from() -> None:
    edge = (CHECKOUT / "deploy/edge/haproxy.cfg").read_text("utf-8")
    for header in ("X-Forwarded-For", "Forwarded", "X-Forwarded-Host"):
        assert f"http-request del-header {header}\n" in edge
    address = SERVICES["edge"]["networks"]["inner"]["ipv4_address"]
    assert OURS["gateway"]["environment"]["GATEWAY_TRUSTED_PROXIES"] == address
