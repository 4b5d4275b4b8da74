"""A service that hangs takes neither pages nor tokens nor the other services with it, also behind HAProxy."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from deploy.local.processes import free_port
from tests.bench.haproxy import EDGE, adapted
from tests.fixtures.house import House

pytestmark = pytest.mark.slow
NAMES = ("registration", "finance", "carriers", "gateway")
HUNG_SECONDS = 12
FAST_SECONDS = 6.0  # the first two pages wait for the silence that tells it


def address_of(house: House, name: str) -> str:
    """Where a service listens, as the gateway's or a service's own environment says it."""
    if name == "gateway":
        return urlsplit(house.address).netloc
    pid = house.record().processes[f"{name}-api"].pid
    port = dict(
        pair.split("=", 1)
        for pair in Path(f"/proc/{pid}/environ").read_text().split("\0")
        if "=" in pair
    )["PORT"]
    return f"127.0.0.1:{port}"


@pytest.fixture(scope="module")
def edge(own_house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = shutil.which("haproxy")
    if program is None:
        pytest.skip("haproxy is not installed")
    port = free_port()
    file = tmp_path_factory.mktemp("edge") / "haproxy.cfg"
    places = {name: address_of(own_house, name) for name in NAMES}
    file.write_text(adapted((EDGE / "haproxy.cfg").read_text(), places, port=port))
    child = subprocess.Popen([program, "-db", "-f", str(file)], stdout=subprocess.DEVNULL)
    time.sleep(2)
    yield f"http://127.0.0.1:{port}"
    child.terminate()
    child.wait()


def test_a_hung_service_leaves_pages_tokens_and_the_others_alone(
    own_house: House, edge: str
) -> None:
    hung = own_house.record().processes["finance-api"].pid
    slowest = dict.fromkeys(("/", "/oauth2/token", "/api/registration/v1/matters"), 0.0)
    with httpx.Client(base_url=edge, timeout=10, trust_env=False) as client:
        assert client.get("/api/finance/v1/products").status_code == 200
        os.kill(hung, signal.SIGSTOP)
        try:
            end = time.monotonic() + HUNG_SECONDS
            while time.monotonic() < end:
                for path in slowest:
                    began = time.monotonic()
                    token = path == "/oauth2/token"
                    reply = client.post(path, data={}) if token else client.get(path)
                    assert reply.status_code == (400 if token else 200), (path, reply.text[:200])
                    slowest[path] = max(slowest[path], time.monotonic() - began)
                time.sleep(0.2)
        finally:
            os.kill(hung, signal.SIGCONT)
        end = time.monotonic() + 15
        while client.get("/api/finance/v1/products").status_code != 200:
            assert time.monotonic() < end, "finance did not come back"
            time.sleep(0.3)
    print({path: f"{seconds * 1000:.0f} ms" for path, seconds in slowest.items()})
    assert max(slowest.values()) < FAST_SECONDS
