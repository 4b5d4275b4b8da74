"""A real NATS server with JetStream on 127.0.0.1, from the wheel's own program.

Exists so that events take the same road on a laptop as in a province. It knows a server and its
folder; streams and consumers belong to the services.
"""

import json
import secrets
import signal
import socket
from pathlib import Path
from typing import Any

from deploy.local.account import make_folder, write_secret
from deploy.local.engine import Engine
from deploy.local.programs import nats_program

USER = "yichuang"


class Nats(Engine):
    """One NATS JetStream server in a folder; a context manager, or `start()` and `stop()`.

    >>> with Nats(folder, programs=programs) as nats:
    ...     nats.url()
    'nats://yichuang:…@127.0.0.1:45123'
    """

    name = "NATS"
    start_seconds = 30.0
    stop_signals = (signal.SIGTERM, signal.SIGKILL)
    stop_seconds = 5.0

    def __init__(self, folder: Path, *, tenants: tuple[str, ...] = (), **more: Any) -> None:
        """`tenants` are accounts of their own: each has its own streams and sees no other's. The rest is
        Engine's."""
        super().__init__(folder, **more)
        self.tenants = tenants

    def url(self, tenant: str = USER) -> str:
        """`nats://user:password@127.0.0.1:port`."""
        return f"nats://{tenant}:{self._password()}@127.0.0.1:{self.port}"

    def _password(self) -> str:
        return self._password_file.read_text().strip()

    @property
    def _password_file(self) -> Path:
        return self.folder / "nats-password"

    @property
    def _pid_file(self) -> Path:
        return self.folder / "nats.pid"

    @property
    def _sign(self) -> str:
        return str(self.folder / "nats.conf")

    def _prepare(self) -> None:
        self.account.own(make_folder(self.folder / "streams", mode=0o700))
        if not self._password_file.exists():
            write_secret(self._password_file, secrets.token_urlsafe(24))

    def _command(self) -> list[str]:
        settings = self.folder / "nats.conf"
        write_secret(settings, self._settings())
        self.account.own(settings)
        return [str(nats_program(self._keep_programs)), "-c", str(settings)]

    def _environment(self) -> dict[str, str]:
        return {"TZ": "UTC"}

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
            f"pid_file: {text(str(self._pid_file))}\n"
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
