"""A real NATS server with JetStream on 127.0.0.1, from the wheel's own program.

Exists so that events take the same road on a laptop as in a province. It knows a server and its
folder; streams and consumers belong to the services.
"""

import json
import secrets
import signal
import socket
import subprocess
from pathlib import Path
from types import TracebackType

import psutil

from deploy.local.account import (
    Account,
    LocalError,
    engine_account,
    make_folder,
    require_reach,
    write_secret,
)
from deploy.local.processes import ProcessMark, free_port, port_taken, wait_until
from deploy.local.programs import nats_program

USER = "yichuang"


class Nats:
    """One NATS JetStream server in a folder; a context manager, or `start()` and `stop()`.

    >>> with Nats(folder) as nats:
    ...     nats.url()
    'nats://yichuang:…@127.0.0.1:45123'
    """

    def __init__(
        self,
        folder: Path,
        *,
        programs: Path,
        port: int | None = None,
        fast: bool = False,
        log: Path | None = None,
        tenants: tuple[str, ...] = (),
    ) -> None:
        """`tenants` are accounts of their own: each has its own streams and sees no other's."""
        self.folder = folder
        self.port = port or 0
        self.fast = fast
        self.log = log or folder / "nats.log"
        self.account: Account = engine_account()
        self._fixed_port = port
        self._keep_programs = programs
        self.tenants = tenants
        self.mark: ProcessMark | None = None
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> "Nats":
        """Start the server and wait until it says that JetStream is there."""
        program = nats_program(self._keep_programs)
        make_folder(self.folder)
        require_reach(self.folder, self.account)
        self.account.own(self.folder)
        self.account.own(make_folder(self.folder / "streams", mode=0o700))
        if not self._password_file.exists():
            write_secret(self._password_file, secrets.token_urlsafe(24))
        self.stop()  # a leftover of our own, from a run that was killed
        for attempt in range(3):
            self.port = self._fixed_port or free_port()
            if self._launch(program):
                return self
            if self._fixed_port is not None or attempt == 2:
                break
        if self._fixed_port is not None and port_taken(self._fixed_port):
            raise LocalError(
                f"NATS cannot start: port {self._fixed_port} is taken by someone else."
            )
        raise LocalError(f"NATS did not start; its log is {self.log}.")

    def restart(self) -> "Nats":
        """Start it again on the port it had, so that every address stays true."""
        self._fixed_port = self.port or self._fixed_port
        return self.start()

    def stop(self, *, seconds: float = 5) -> None:
        """Stop it; quiet when it is down."""
        mark = self.mark or self._running()
        if mark is not None:
            mark.stop((signal.SIGTERM, seconds), (signal.SIGKILL, 3))
        if self._child is not None:
            self._child.poll()  # collect it, so that no zombie stays
        self.mark = self._child = None
        (self.folder / "nats.pid").unlink(missing_ok=True)

    def alive(self) -> bool:
        """True while the server process runs."""
        return self.mark is not None and self.mark.alive()

    def __enter__(self) -> "Nats":
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def url(self, tenant: str = USER) -> str:
        """`nats://user:password@127.0.0.1:port`."""
        return f"nats://{tenant}:{self._password()}@127.0.0.1:{self.port}"

    def _password(self) -> str:
        return self._password_file.read_text().strip()

    @property
    def _password_file(self) -> Path:
        return self.folder / "nats-password"

    def _launch(self, program: Path) -> bool:
        settings = self.folder / "nats.conf"
        write_secret(settings, self._settings())
        self.account.own(settings)
        make_folder(self.log.parent)
        with self.log.open("ab") as log:
            child = subprocess.Popen(  # noqa: S603 - our own program, our own arguments
                [str(program), "-c", str(settings)],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd=self.folder,
                env={"TZ": "UTC"},
                start_new_session=True,  # Ctrl-C is ours to hear; we stop it after its clients
                **self.account.spawn_options(),  # type: ignore[call-overload]
            )
        self._child = child
        self.mark = ProcessMark.of(child.pid)
        (self.folder / "nats.pid").write_text(str(child.pid))
        wait_until(lambda: child.poll() is not None or self._ready(), seconds=30)
        if child.poll() is None and self._ready():
            return True
        self.stop()
        return False

    def _settings(self) -> str:
        """A configuration in NATS's own format, which takes JSON strings."""
        text = json.dumps
        # A laptop that loses power keeps every event that was acknowledged.
        sync = "" if self.fast else "  sync_interval: always\n"
        accounts = "".join(
            f"  {name} {{ jetstream: enabled, "
            f"users: [{{user: {text(name)}, password: {text(self._password())}}}] }}\n"
            for name in (USER, *self.tenants)
        )
        return (
            f"host: 127.0.0.1\nport: {self.port}\nserver_name: yichuang\n"
            f"jetstream {{\n  store_dir: {text(str(self.folder / 'streams'))}\n"
            f"  max_mem: 256MB\n  max_file: 4GB\n{sync}}}\n"
            f"accounts {{\n{accounts}}}\n"
        )

    def _ready(self) -> bool:
        """The server greets with one INFO line, which says whether JetStream is on."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as greeting:
                line = greeting.makefile("rb").readline()
        except OSError:
            return False
        return line.startswith(b"INFO ") and bool(json.loads(line[5:]).get("jetstream"))

    def _running(self) -> ProcessMark | None:
        """A server that runs on our own folder; a stranger who has its old pid is none."""
        try:
            pid = int((self.folder / "nats.pid").read_text())
            process = psutil.Process(pid)
            if str(self.folder / "nats.conf") in process.cmdline():
                return ProcessMark.of(pid)
        except (OSError, ValueError, psutil.Error):
            return None
        return None
