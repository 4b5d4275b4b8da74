"""The gateway as `make run` starts it: it serves, stops cleanly, and says why it does not start."""

import os
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

from tests.gateway.edge.conftest import free_port


@pytest.fixture
def start(fresh_database, tmp_path):
    """Starts `python -m gateway api` on a port; killed at the end if it still runs."""
    running = []

    def begin(port, **changes):
        environment = {
            **os.environ, "PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "GATEWAY_DATABASE_URL": fresh_database("gateway").app, "YICHUANG_DATA": str(tmp_path),
            "REGISTRATION_URL": "http://127.0.0.1:9", **changes,
        }  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, "-m", "gateway", "api"], env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        running.append(process)
        return process

    yield begin
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


def serving(process, port):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/health/live", timeout=5)
        except httpx.TransportError:
            assert process.poll() is None, process.communicate()[1].decode()[-2000:]
            time.sleep(0.05)
    raise AssertionError("it does not serve")


def test_it_serves_logs_json_and_stops_when_told(start):
    port = free_port()
    process = start(port)
    assert serving(process, port).json() == {"status": "ok", "service": "gateway"}
    headers = {"X-Request-Id": "of-the-process-test", "X-Forwarded-For": "203.0.113.7"}
    httpx.get(f"http://127.0.0.1:{port}/api/registration/v1/x", headers=headers, timeout=10)
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate(timeout=20)
    assert process.returncode == -signal.SIGTERM  # uvicorn ends by the signal once all is closed
    assert b"Traceback" not in errors, errors.decode()[-2000:]
    lines = [line for line in output.decode().splitlines() if "of-the-process-test" in line]
    assert lines
    assert '"network":"127.0.0.0/24"' in lines[0]  # a header cannot choose the address
    assert '"code":"upstream_unavailable"' in lines[0]


def test_a_trusted_proxy_may_name_the_callers_address(start):
    port = free_port()
    process = start(port, GATEWAY_TRUSTED_PROXIES="127.0.0.1")
    serving(process, port)
    headers = {"X-Request-Id": "through-the-proxy", "X-Forwarded-For": "6.6.6.6, 203.0.113.7"}
    httpx.get(f"http://127.0.0.1:{port}/api/registration/v1/x", headers=headers, timeout=10)
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=20)
    (line,) = [line for line in output.decode().splitlines() if "through-the-proxy" in line]
    assert '"network":"203.0.113.0/24"' in line


def test_a_taken_port_is_told_and_ends_the_process(start):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start(taken.getsockname()[1])
        output, errors = process.communicate(timeout=60)
    assert process.returncode not in (0, None)
    assert "address already in use" in (output + errors).decode()
