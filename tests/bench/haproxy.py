"""The edge of a deployment against the Python gateway: a read through each ÷ one straight to the service.

HAProxy runs with deploy/edge/haproxy.cfg itself; changed are only where it listens, where the services are
and its own quota, which a bench would meet at once. Skipped where haproxy is not installed.
"""

import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from deploy.local.account import CHECKOUT
from deploy.local.processes import free_port
from tests.bench.blocks import Load
from tests.bench.yard import Yard

EDGE = CHECKOUT / "deploy" / "edge"
PATH = "/api/carriers/v1/carrier-types"


def adapted(config: str, addresses: dict[str, str], *, port: int) -> str:
    """The deployment's configuration for this machine. Raises ValueError where a line to change is gone."""
    changes = [(r"bind :8080", f"bind 127.0.0.1:{port}"), (r"gt 1500\b", "gt 1000000000")]
    changes += [(r"/usr/local/etc/haproxy", str(EDGE))]
    changes += [
        (rf"server-template {name} 1-4 {name}:\d+", f"server {name} {address}")
        for name, address in addresses.items()
    ]
    changes += [
        (rf"server last {name}:\d+", f"server last {address}")
        for name, address in addresses.items()
    ]
    for old, new in changes:
        config, made = re.subn(old, new, config)
        if not made:
            raise ValueError(f"haproxy.cfg has no {old!r} any more")
    return config


@contextmanager
def running(yard: Yard, program: str) -> Iterator[str]:
    """HAProxy before the house; its address. Its process is `haproxy` in the yard's accounts."""
    port = free_port()
    inner = {
        name: yard.service(name) for name in ("registration", "finance", "carriers", "gateway")
    }
    places = {name: urlsplit(address).netloc for name, address in inner.items()}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "haproxy.cfg"
        file.write_text(adapted((EDGE / "haproxy.cfg").read_text(), places, port=port))
        child = subprocess.Popen([program, "-db", "-f", str(file)], stdout=subprocess.DEVNULL)
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(100):
                try:
                    if httpx.get(address + PATH, trust_env=False).status_code == 200:
                        break
                except httpx.HTTPError:
                    pass
                time.sleep(0.1)
            yard.pids["haproxy"] = child.pid
            yield address
        finally:
            child.terminate()
            child.wait()


async def play(yard: Yard) -> None:
    """The whole group."""
    program = shutil.which("haproxy")
    if program is None:
        print("edge: skipped, haproxy is not installed")
        return
    print("edge, CPU per request of all server processes")
    reads, service = yard.scale.reads, ["carriers-api"]
    straight = yard.block(Load(yard.service("carriers") + PATH, {}), service, requests=reads)
    gateway = yard.block(
        Load(yard.house.address + PATH, {}), ["gateway-api", *service], requests=reads
    )
    with running(yard, program) as address:
        edge = yard.block(Load(address + PATH, {}), ["haproxy", *service], requests=reads)
        found = await yard.compare(straight, straight)
        yard.show("control: straight ÷ straight", found.cpu, control=True)
        found = await yard.compare(edge, straight)
        yard.show("read through HAProxy ÷ straight to the service", found.cpu)
        found = await yard.compare(gateway, straight)
        yard.show("the same read through the gateway ÷ straight to the service", found.cpu)
