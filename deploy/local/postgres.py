"""A real PostgreSQL 18 on 127.0.0.1, made and driven from the wheel's own programs.

Exists so that a laptop runs the same engine as a province. It listens on TCP with a password only
(no unix socket: its path would have to be short, and is not needed). It knows clusters, roles and
databases; what is inside a database belongs to the migrations.
"""

import contextlib
import os
import secrets
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from deploy.local.account import LocalError, remove_tree, write_secret
from deploy.local.engine import Engine
from deploy.local.programs import postgres_programs

MAJOR = "18"
SUPERUSER = "postgres"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_connections": "300",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "shared_buffers": "128MB",
}
# For tests only: a power cut may lose the cluster, and nobody minds.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres(Engine):
    """One PostgreSQL cluster in a folder; a context manager, or `start()` and `stop()`.

    >>> with Postgres(folder, programs=programs) as postgres:
    ...     postgres.url("finance", user="finance_app", password="…")
    'postgresql://finance_app:…@127.0.0.1:45123/finance'
    """

    name = "PostgreSQL"
    start_seconds = 60.0
    stop_signals = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)
    """First a fast shutdown: open transactions are rolled back."""
    stop_seconds = 10.0

    def __init__(self, folder: Path, **more: Any) -> None:
        """The arguments are Engine's."""
        super().__init__(folder, **more)
        self.cluster = folder / "cluster"

    # ---- addresses ----------------------------------------------------------------------------

    def url(self, database: str, *, user: str = SUPERUSER, password: str | None = None) -> str:
        """`postgresql://user:password@127.0.0.1:port/database`."""
        secret = self._superuser_password() if password is None else password
        return f"postgresql://{user}:{quote(secret, safe='')}@127.0.0.1:{self.port}/{database}"

    @contextlib.contextmanager
    def administer(self, database: str = "postgres") -> Iterator["psycopg.Connection[object]"]:
        """A superuser connection in autocommit, for roles and databases only."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            yield connection

    # ---- inside -------------------------------------------------------------------------------

    def _whole(self) -> bool:
        """A cluster counts only when `initdb` came to its end (the password is written last)."""
        if not self.cluster.exists():
            return False
        if self._password_file.exists() and (self.cluster / "PG_VERSION").exists():
            return True
        if (self.folder / "initdb-began").exists():
            remove_tree(self.cluster)  # cut short by a crash before anything was stored in it
            return False
        raise LocalError(
            f"The folder {self.cluster} is there, but it is no whole PostgreSQL data folder. "
            "`make reset` removes the local data and makes it anew."
        )

    def _check_version(self) -> None:
        found = (self.cluster / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise LocalError(
                f"The local data in {self.cluster} was made by PostgreSQL {found}, this version "
                f"of Yichuang runs PostgreSQL {MAJOR}. `make reset` removes the local data and "
                "makes it anew; to keep it, start the older version and take a pg_dump first."
            )

    @property
    def _password_file(self) -> Path:
        return self.folder / "superuser-password"

    def _superuser_password(self) -> str:
        return self._password_file.read_text().strip()

    def _initdb(self, programs: Path) -> None:
        began = self.folder / "initdb-began"
        began.touch()
        password = secrets.token_urlsafe(24)
        handed = self.folder / "initdb-password"
        write_secret(handed, password)
        self.account.own(handed)
        command = [
            *(str(programs / "initdb"), "-D", str(self.cluster), "-U", SUPERUSER),
            *("--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", f"--pwfile={handed}"),
            *(["--no-sync", "--no-data-checksums"] if self.fast else []),
        ]
        done = subprocess.run(  # noqa: S603 - our own program, our own arguments
            command,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            **self.account.spawn_options(),  # type: ignore[call-overload]
        )
        handed.unlink(missing_ok=True)
        if done.returncode != 0:
            remove_tree(self.cluster)
            last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise LocalError(f"PostgreSQL could not make its data folder: {last}")
        write_secret(self._password_file, password)
        began.unlink(missing_ok=True)

    def _prepare(self) -> None:
        if not self._whole():
            self._initdb(postgres_programs(self._keep_programs))
        self._check_version()

    def _command(self) -> list[str]:
        program = postgres_programs(self._keep_programs) / "postgres"
        settings = {**_SETTINGS, "port": str(self.port), **(_FAST if self.fast else {})}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(program), "-D", str(self.cluster), *options]

    def _environment(self) -> dict[str, str]:
        """A bare environment: no PG* variable of the user may reach the server."""
        kept = {k: v for k, v in os.environ.items() if k in {"PATH", "TMPDIR", "LD_LIBRARY_PATH"}}
        return {**kept, "LC_ALL": "C", "TZ": "UTC"}

    @property
    def _pid_file(self) -> Path:
        return self.cluster / "postmaster.pid"

    @property
    def _sign(self) -> str:
        return str(self.cluster)

    def _ready(self) -> bool:
        """PostgreSQL writes its own state into the eighth line of postmaster.pid."""
        try:
            lines = self._pid_file.read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"

    def _why_not_started(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        last = next((line for line in reversed(lines) if "FATAL" in line or "ERROR" in line), "")
        return f"{super()._why_not_started()} {last}".rstrip()
