"""What the house consists of: its processes, their ports and what each is told by environment.

Pure data and pure functions: nothing is started here. Addresses given from outside
(`…_DATABASE_URL`, `NATS_URL`) win over the embedded engines.
"""

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from deploy.local.account import LocalError
from deploy.local.engines import SERVICES, DatabaseUrls
from deploy.local.processes import port_taken

HOST = "127.0.0.1"
DEFAULT_PORTS = {
    "gateway": 8000,
    "registration": 8101,
    "finance": 8102,
    "carriers": 8103,
    "departments": 8150,
    "bank": 8160,
    "messages": 8170,
    "mail": 8171,
}
SIMULATORS = ("departments", "bank", "messages")
LABELS = {
    "registration": "登记 registration",
    "finance": "金融 finance",
    "carriers": "载体 carriers",
    "gateway": "门户 gateway",
    "departments": "部门模拟 departments",
    "bank": "银行模拟 bank",
    "messages": "短信邮件模拟 messages",
}


@dataclass(frozen=True)
class Program:
    """One long-lived process: `name` is its name in logs; `port` is None for a worker."""

    name: str
    module: str
    role: str | None
    port: int | None

    def command(self) -> list[str]:
        """The command line that starts it."""
        return [sys.executable, "-m", self.module, *([self.role] if self.role else [])]

    @property
    def ready_url(self) -> str | None:
        """Where it says that it can serve; a worker has no address."""
        return f"http://{HOST}:{self.port}/health/ready" if self.port else None


def module_of(service: str) -> str:
    """The package that is started with `python -m`."""
    return "gateway" if service == "gateway" else f"services.{service}"


def programs(ports: Mapping[str, int]) -> list[Program]:
    """The eleven processes, in the order in which they are started."""
    found = [Program(name, f"simulators.{name}", None, ports[name]) for name in SIMULATORS]
    for service in SERVICES:
        found.append(Program(f"{service}-api", module_of(service), "api", ports[service]))
        found.append(Program(f"{service}-worker", module_of(service), "worker", None))
    return found


def choose_ports(environment: Mapping[str, str]) -> tuple[dict[str, int], str | None]:
    """Choose a port for everyone; returns them and a sentence when 8000 had to give way.

    `YICHUANG_PORTS_OFFSET` moves all but `PORT`: houses that start side by side do not reach for the same.

    Raises:
        LocalError: `PORT` was asked for by number and is taken, or is no port; the offset is no number.
    """
    moved = environment.get("YICHUANG_PORTS_OFFSET", "0")
    if not moved.isdigit() or int(moved) > 50_000:
        raise LocalError(f"YICHUANG_PORTS_OFFSET={moved} is no number from 0 to 50000.")
    offset = int(moved)
    ports: dict[str, int] = {}
    asked = environment.get("PORT", "").strip()
    notice = None
    if asked:
        if not asked.isdigit() or not 0 < int(asked) < 65536:
            raise LocalError(f"PORT={asked} is no port: give a number from 1 to 65535.")
        if port_taken(int(asked)):
            raise LocalError(
                f"Port {asked}, which PORT asks for, is taken by another program. "
                "Stop that program or set PORT to another number."
            )
        ports["gateway"] = int(asked)
    else:
        ports["gateway"] = next_free(DEFAULT_PORTS["gateway"] + offset, ())
        if ports["gateway"] != (wished := DEFAULT_PORTS["gateway"] + offset):
            notice = f"Port {wished} is taken by another program; using {ports['gateway']} instead."
    for name, wanted in DEFAULT_PORTS.items():
        if name != "gateway":
            ports[name] = next_free(wanted + offset, ports.values())
    return ports, notice


def next_free(wanted: int, taken: Iterable[int]) -> int:
    """The first port from `wanted` upward that nobody holds."""
    used = set(taken)
    for port in range(wanted, min(wanted + 200, 65536)):
        if port not in used and not port_taken(port):
            return port
    raise LocalError(f"No free port between {wanted} and {wanted + 199}.")


def given_databases(environment: Mapping[str, str]) -> dict[str, DatabaseUrls]:
    """Databases that were given by URL; service -> addresses."""
    found = {}
    for service in SERVICES:
        app = environment.get(f"{service.upper()}_DATABASE_URL")
        if app:
            owner = environment.get(f"{service.upper()}_MIGRATION_DATABASE_URL") or app
            found[service] = DatabaseUrls(app=app, owner=owner)
    return found


def shared_environment(
    *,
    ports: Mapping[str, int],
    databases: Mapping[str, DatabaseUrls],
    nats_url: str,
    secrets: Mapping[str, str],
    data: str,
) -> dict[str, str]:
    """What every process is told; a value that is set already in the environment stays."""
    address = f"http://{HOST}:{ports['gateway']}"
    told = {
        "ENVIRONMENT": "development",
        "SANDBOX": "1",
        "PUBLIC_URL": address,
        "JWKS_URL": f"{address}/.well-known/jwks.json",
        "REGISTRATION_URL": f"http://{HOST}:{ports['registration']}",
        "FINANCE_URL": f"http://{HOST}:{ports['finance']}",
        "CARRIERS_URL": f"http://{HOST}:{ports['carriers']}",
        "DEPARTMENTS_URL": f"http://{HOST}:{ports['departments']}",
        "BANK_URL": f"http://{HOST}:{ports['bank']}",
        "SMS_URL": f"http://{HOST}:{ports['messages']}",
        "SMTP_URL": f"smtp://{HOST}:{ports['mail']}",
        "MAIL_PORT": str(ports["mail"]),
        "YICHUANG_DATA": data,
        **secrets,
    }
    kept = {name: os.environ[name] for name in told if os.environ.get(name)}
    urls = {"NATS_URL": nats_url, "HOST": HOST, "PYTHONUNBUFFERED": "1"}
    for service, pair in databases.items():
        urls[f"{service.upper()}_DATABASE_URL"] = pair.app
        urls[f"{service.upper()}_MIGRATION_DATABASE_URL"] = pair.owner
    return {**os.environ, **told, **kept, **urls}


def for_program(shared: Mapping[str, str], program: Program) -> dict[str, str]:
    """The environment of one process. Only migrations may see the owner's addresses, and a simulator,
    which stands outside, neither a database nor a secret of the house."""
    hidden: tuple[str, ...] = ("_MIGRATION_DATABASE_URL",)
    if program.module.startswith("simulators."):
        hidden = ("_DATABASE_URL", "NATS_URL", "SECRET_KEY", "PERSON_KEY", "DATA_KEY")
    own = {k: v for k, v in shared.items() if not k.endswith(hidden)}
    own.pop("PORT", None)
    if program.port:
        own["PORT"] = str(program.port)
    return own
