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
from types import TracebackType
from urllib.parse import quote

import psutil
import psycopg

from deploy.local.account import (
    Account,
    LocalError,
    engine_account,
    make_folder,
    remove_tree,
    require_reach,
    write_secret,
)
from deploy.local.processes import ProcessMark, free_port, port_taken, wait_until
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


class Postgres:
    """One PostgreSQL cluster in a folder; a context manager, or `start()` and `stop()`.

    >>> with Postgres(folder) as postgres:
    ...     postgres.provide_role("finance_app", password="…")
    ...     postgres.url("finance", user="finance_app", password="…")
    """

    def __init__(
        self,
        folder: Path,
        *,
        programs: Path,
        port: int | None = None,
        fast: bool = False,
        log: Path | None = None,
    ) -> None:
        self.folder = folder
        self.port = port or 0
        self.fast = fast
        self.cluster = folder / "cluster"
        self.log = log or folder / "postgres.log"
        self.account: Account = engine_account()
        self._fixed_port = port
        self._keep_programs = programs
        self.mark: ProcessMark | None = None
        self._child: subprocess.Popen[bytes] | None = None

    # ---- life ---------------------------------------------------------------------------------

    def start(self) -> "Postgres":
        """Make the cluster when there is none, start it and wait until it answers."""
        programs = postgres_programs(self._keep_programs)
        make_folder(self.folder)
        require_reach(self.folder, self.account)
        self.account.own(self.folder)
        if not self._whole():
            self._initdb(programs)
        self._check_version()
        self.stop()  # a leftover of our own, from a run that was killed
        for attempt in range(3):
            self.port = self._fixed_port or free_port()
            if self._launch(programs):
                return self
            if self._fixed_port is not None or attempt == 2:
                break
        raise LocalError(self._why_not_started())

    def restart(self) -> "Postgres":
        """Start it again on the port it had, so that every address stays true."""
        self._fixed_port = self.port or self._fixed_port
        return self.start()

    def stop(self, *, seconds: float = 10) -> None:
        """Stop it (fast shutdown: open transactions are rolled back); quiet when it is down."""
        mark = self.mark or self._running()
        if mark is not None:
            mark.stop((signal.SIGINT, seconds), (signal.SIGQUIT, 3), (signal.SIGKILL, 3))
        if self._child is not None:
            self._child.poll()  # collect it, so that no zombie stays
        self.mark = self._child = None
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)

    def alive(self) -> bool:
        """True while the server process runs."""
        return self.mark is not None and self.mark.alive()

    def __enter__(self) -> "Postgres":
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

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
            env=_environment(),
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

    def _launch(self, programs: Path) -> bool:
        settings = {**_SETTINGS, "port": str(self.port), **(_FAST if self.fast else {})}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        make_folder(self.log.parent)
        with self.log.open("ab") as log:
            child = subprocess.Popen(  # noqa: S603 - our own program, our own arguments
                [str(programs / "postgres"), "-D", str(self.cluster), *options],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd=self.folder,
                env=_environment(),
                start_new_session=True,  # Ctrl-C is ours to hear; we stop it after its clients
                **self.account.spawn_options(),  # type: ignore[call-overload]
            )
        self._child = child
        self.mark = ProcessMark.of(child.pid)
        wait_until(lambda: child.poll() is not None or self._ready(), seconds=60)
        if child.poll() is None and self._ready():
            return True
        self.stop()
        return False

    def _ready(self) -> bool:
        """PostgreSQL writes its own state into the eighth line of postmaster.pid."""
        try:
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"

    def _running(self) -> ProcessMark | None:
        """A server that runs on our own cluster; a stranger who has its old pid is none."""
        try:
            pid = int((self.cluster / "postmaster.pid").read_text().splitlines()[0])
            process = psutil.Process(pid)
            if str(self.cluster) in process.cmdline():
                return ProcessMark.of(pid)
        except (OSError, ValueError, IndexError, psutil.Error):
            return None
        return None

    def _why_not_started(self) -> str:
        if self._fixed_port is not None and port_taken(self._fixed_port):
            return f"PostgreSQL cannot start: port {self._fixed_port} is taken by someone else."
        lines = (
            self.log.read_text(errors="replace").strip().splitlines() if self.log.exists() else []
        )
        last = next((line for line in reversed(lines) if "FATAL" in line or "ERROR" in line), "")
        return f"PostgreSQL did not start; its log is {self.log}. {last}".rstrip()


def _environment() -> dict[str, str]:
    """A bare environment: no PG* variable of the user may reach the server."""
    kept = {k: v for k, v in os.environ.items() if k in {"PATH", "TMPDIR", "LD_LIBRARY_PATH"}}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}
