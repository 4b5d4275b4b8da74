"""Strange input at the doors of licences and register: never a 5xx, never an undocumented status.

The whole service is fuzzed elsewhere; here the rows exist, so that filters, cursors and codes are met.
"""

import asyncio
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
import uvicorn

from kit.http import create_app
from kit.tokens import KnownKeys
from services.registration.composition import SERVICE
from services.registration.register.seed import seed
from tests.fixtures.callers import ISSUER, KEY, KID, running, token

OURS = ("/licence", "/entities", "/snapshots")
EXAMPLES = 8


class _Served:
    """The service on a port of its own, in a thread, until the test ends."""

    def __init__(self, database_url: str) -> None:
        settings = type(SERVICE.settings())(
            database_url=database_url, public_url=ISSUER, environment="test"
        )
        app = create_app(SERVICE, settings, keys=KnownKeys({KID: KEY.public_key()}))
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def start(self) -> str:
        self.thread.start()
        while not self.server.started:
            if not self.thread.is_alive():
                raise RuntimeError("the service did not start")
        port = self.server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(10)


@pytest.fixture(scope="module")
def base_url(fresh_database: Callable[[str], Any]) -> Iterator[str]:
    url = fresh_database("registration").app

    async def fill() -> None:
        async with running(SERVICE, url) as made:
            await seed(made.app.state)

    asyncio.run(fill())
    served = _Served(url)
    yield served.start()
    served.stop()


def fuzz(operation: Any, *, base_url: str, bearer: dict[str, str]) -> dict[str, str]:
    """The statuses that the operation's document does not know, each with a call that gave it."""
    documented, wrong = set(operation.definition.raw["responses"]), dict[str, str]()

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy())
    def call(case: Any) -> None:
        headers = {**bearer, "Idempotency-Key": uuid.uuid4().hex}
        reply = case.call(base_url=base_url, headers=headers)
        if reply.status_code >= 500 or str(reply.status_code) not in documented:
            wrong.setdefault(f"{reply.status_code} {operation.label}", case.as_curl_command())

    call()
    return wrong


@pytest.mark.parametrize("role", ["officer", "administrator", "founder", None])
def test_strange_input_gets_a_documented_answer(base_url: str, role: str | None) -> None:
    schema = schemathesis.openapi.from_url(f"{base_url}/api/registration/v1/openapi.json")
    bearer = {"Authorization": f"Bearer {token((role,), regions=['980100'])}"} if role else {}
    wrong: dict[str, str] = {}
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path.removeprefix("/api/registration/v1").startswith(OURS):
            wrong |= fuzz(operation, base_url=base_url, bearer=bearer)
    assert wrong == {}
