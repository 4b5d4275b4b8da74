"""Callbacks of the simulator: signed, repeated, out of order, retried, kept across a kill."""

import base64
import hashlib
import hmac
import json
import queue
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from simulators.departments.process import SimulatorProcess
from simulators.departments.settings import DEVELOPMENT_CALLBACK_KEY

Make = Callable[..., Any]


class Receiver:
    """A small HTTP server that keeps what it gets and answers as told."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.messages: queue.Queue[tuple[dict[str, str], bytes]] = queue.Queue()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.messages.put(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/callbacks"

    def take(self, count: int) -> list[tuple[dict[str, str], dict[str, Any]]]:
        return [
            (headers, json.loads(body))
            for headers, body in (self.messages.get(timeout=20) for _ in range(count))
        ]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, daemon=True)
    thread.start()
    yield receiver
    receiver.server.shutdown()


def test_a_callback_is_signed_over_id_time_and_body(
    departments: httpx.Client, receiver: Receiver, a_filing: Make
) -> None:
    departments.post("/tax/filings", json=a_filing(callback_url=receiver.url))
    headers, body = receiver.messages.get(timeout=20)
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(DEVELOPMENT_CALLBACK_KEY.encode(), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()


def test_copies_of_one_message_carry_the_same_id(
    departments: httpx.Client, receiver: Receiver, a_filing: Make, behave: Make
) -> None:
    behave("seal", callback_copies=3)
    departments.post("/seal/filings", json=a_filing("seal", callback_url=receiver.url))
    ids = [headers["webhook-id"] for headers, _ in receiver.take(6)]
    assert sorted(ids.count(each) for each in set(ids)) == [3, 3]


def test_the_decision_can_overtake_the_news_of_processing(
    departments: httpx.Client, receiver: Receiver, a_filing: Make, behave: Make
) -> None:
    behave("bank", callback_reorder=True, decide_after_ms=50)
    departments.post("/bank/filings", json=a_filing("bank", callback_url=receiver.url))
    messages = [body for _, body in receiver.take(2)]
    assert [(each["sequence"], each["state"]) for each in messages] == [
        (2, "receipted"),
        (1, "processing"),
    ]


def test_an_undelivered_callback_is_sent_again(
    departments: httpx.Client, receiver: Receiver, a_filing: Make
) -> None:
    receiver.statuses = [500, 503]
    departments.post("/tax/filings", json=a_filing(callback_url=receiver.url))
    delivered = [headers["webhook-id"] for headers, _ in receiver.take(4)]
    assert len(set(delivered)) == 2


def test_a_killed_simulator_still_owes_its_callback_and_knows_its_duplicates(
    simulator: SimulatorProcess,
    departments: httpx.Client,
    receiver: Receiver,
    a_filing: Make,
    behave: Make,
) -> None:
    behave("tax", decide_after_ms=1_000)
    filing = a_filing(callback_url=receiver.url)
    first = departments.post("/tax/filings", json=filing).json()
    simulator.kill()
    simulator.start()
    repeat = departments.post("/tax/filings", json=filing).json()
    assert (repeat["external_id"], repeat["repeated"]) == (first["external_id"], True)
    states: set[str] = set()
    while "receipted" not in states:
        states |= {body["state"] for _, body in receiver.take(1)}
