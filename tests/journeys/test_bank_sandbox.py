"""The sandbox bank lends through the front door of a whole house: every scenario, a year of its time, and
a bank that is killed in the middle.

The test plays the integrator: a sandbox token, personas, the clock. The bank is its own program with its own
key; nobody here looks into a database.
"""

import os
import signal
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.identity.demo import SANDBOX_SECRET
from tests.fixtures.house import House

BANK = "/api/finance/bank/v1"
SECONDS = 90.0
ROWS = 150


@dataclass
class Integrator:
    """Somebody at the bank with a sandbox token, and the bank's own program."""

    house: House
    http: httpx.Client
    tokens: list[tuple[str, float]] = field(default_factory=list)

    @property
    def token(self) -> str:
        """A bearer token of the sandbox client, renewed before it dies."""
        if not self.tokens or self.tokens[-1][1] < time.monotonic():
            reply = self.http.post(
                "/oauth2/token",
                data={"grant_type": "client_credentials", "scope": "bank"},
                auth=("demo-bank-sandbox", SANDBOX_SECRET),
            )
            assert reply.status_code == 200, reply.text
            self.tokens.append((reply.json()["access_token"], time.monotonic() + 400))
        return self.tokens[-1][0]

    def call(self, method: str, path: str, **kwargs: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": uuid.uuid4().hex}
        reply = self.http.request(method, BANK + path, headers=headers, **kwargs)
        assert reply.status_code < 300, f"{method} {path}: {reply.status_code} {reply.text[:600]}"
        found: dict[str, Any] = reply.json()
        return found

    def play(self, scenario: str, *, played: bool = True) -> str:
        """A persona applies; returns the application's id. `played`: the bank's own program works it."""
        body = {"scenario": scenario, "played": played}
        return str(self.call("POST", "/sandbox/scenarios", json=body)["id"])

    def application(self, application_id: str) -> dict[str, Any]:
        return self.call("GET", f"/applications/{application_id}")

    def loan(self, application_id: str) -> dict[str, Any]:
        return self.call("GET", f"/loans/{self.application(application_id)['loan_id']}")

    def advance(self, days: int) -> None:
        self.call("POST", "/sandbox/clock", json={"advance_days": days})

    @property
    def bank(self) -> httpx.Client:
        """The bank's own program: its address is in its process's environment."""
        mark = self.house.record().processes["bank"]
        told = Path(f"/proc/{mark.pid}/environ").read_bytes().decode().split("\0")
        port = next(each.partition("=")[2] for each in told if each.startswith("PORT="))
        return httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False)

    def counts(self) -> dict[str, int]:
        found: dict[str, int] = self.bank.get("/admin/counts").json()
        return found

    def dossier(self, application_id: str) -> dict[str, Any]:
        reply = self.bank.get(f"/dossiers/{application_id}")
        return dict(reply.json()) if reply.status_code == 200 else {}


def eventually(holds: Callable[[], bool], *, what: str, seconds: float = SECONDS) -> None:
    """Waits until something is so; the bank works when it likes."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"it did not come to this: {what}"
        time.sleep(0.3)


@pytest.fixture(scope="module")
def integrator(own_house: House) -> Iterator[Integrator]:
    with httpx.Client(base_url=own_house.address, timeout=60, trust_env=False) as http:
        yield Integrator(own_house, http)


@pytest.fixture(scope="module")
def played(integrator: Integrator) -> dict[str, str]:
    """One application per scenario, all at once."""
    return {each["code"]: integrator.play(each["code"]) for each in scenarios(integrator)}


def scenarios(integrator: Integrator) -> list[dict[str, Any]]:
    return list(integrator.call("GET", "/sandbox/scenarios")["items"])


def test_the_bank_decides_each_application_as_its_scenario_says(
    integrator: Integrator, played: dict[str, str]
) -> None:
    drawn = ("approve", "ask_first", "late_payer", "default", "repeat", "disorder")
    for scenario in drawn:
        application_id = played[scenario]
        eventually(
            lambda a=application_id: integrator.application(a)["state"] == "contracted",  # type: ignore[misc]
            what=f"{scenario} is contracted",
        )
        eventually(
            lambda a=application_id: integrator.loan(a)["state"] == "active",  # type: ignore[misc]
            what=f"the loan of {scenario} is drawn",
        )
    for scenario, state in (("decline", "declined"), ("withdraw_offer", "withdrawn")):
        application_id = played[scenario]
        eventually(
            lambda a=application_id, s=state: integrator.application(a)["state"] == s,  # type: ignore[misc]
            what=f"{scenario} is {state}",
        )
    assert integrator.application(played["ask_first"])["answers"]
    assert integrator.application(played["silent"])["state"] == "assigned"


def test_what_is_not_to_be_played_stays_as_it_is_and_so_do_its_messages(
    integrator: Integrator, played: dict[str, str]
) -> None:
    mine = integrator.play("approve", played=False)
    eventually(lambda: integrator.dossier(mine) != {}, what="the bank has met it")
    theirs = integrator.play("approve")
    eventually(
        lambda: integrator.application(theirs)["state"] == "contracted", what="it works the next"
    )
    assert integrator.dossier(mine)["scenario"] == "clerk"
    assert integrator.application(mine)["state"] == "assigned"

    def its_messages_wait() -> bool:  # what the bank's own pull holds just now is not in this one
        waiting = integrator.call("GET", "/inbox", params={"limit": 200, "visibility_seconds": 0})
        return any(mine in message["href"] for message in waiting["items"])

    eventually(its_messages_wait, what="its messages still wait")


def test_a_request_that_comes_twice_or_too_early_has_no_second_effect(
    integrator: Integrator, played: dict[str, str]
) -> None:
    loan = integrator.loan(played["repeat"])
    assert [entry["kind"] for entry in loan["entries"]] == ["disbursement"]

    def all_were_sent() -> bool:
        sent = Counter(integrator.counts())
        return sent["replayed"] >= 4 <= sent["repeat_refused"] and sent["disorder_refused"] >= 2

    eventually(all_were_sent, what="what comes twice or too early was sent")
    assert not {"doubled", "not_replayed", "disorder_taken"} & integrator.counts().keys()


def test_a_killed_bank_goes_on_where_it_stopped(integrator: Integrator) -> None:
    wanted = [integrator.play("approve") for _ in range(4)]
    pid = integrator.house.record().processes["bank"].pid

    os.kill(pid, signal.SIGKILL)
    eventually(
        lambda: integrator.house.record().processes["bank"].pid != pid,
        what="the supervisor starts the bank again",
    )
    for application_id in wanted:
        eventually(
            lambda a=application_id: integrator.application(a)["state"] == "contracted",  # type: ignore[misc]
            what="the bank took it up again",
        )
        eventually(
            lambda a=application_id: integrator.loan(a)["state"] == "active",  # type: ignore[misc]
            what="and drew the loan",
        )
    loans = integrator.call("GET", "/loans", params={"limit": 200})["items"]
    applications = [loan["application_id"] for loan in loans]
    assert len(applications) == len(set(applications))


def test_a_worker_killed_in_the_middle_of_a_batch_loses_and_doubles_no_row(
    integrator: Integrator,
) -> None:
    application_id = integrator.play("default")  # nobody else pays on this one
    eventually(
        lambda: integrator.application(application_id)["state"] == "contracted", what="a contract"
    )
    eventually(lambda: integrator.loan(application_id)["state"] == "active", what="a drawn loan")
    loan = integrator.loan(application_id)
    rows = [
        {
            "loan_id": loan["id"],
            "bank_reference": f"BATCH/{loan['reference']}/{number}",
            "amount_fen": 100,
            "value_on": loan["starts_on"],
        }
        for number in range(ROWS)
    ]
    operation = integrator.call("POST", "/repayment-batches", json={"rows": rows})

    def present_operation(**params: str) -> dict[str, Any]:
        return integrator.call("GET", f"/operations/{operation['id']}", params=params)

    def done() -> int:
        return int(present_operation()["succeeded"])

    eventually(lambda: done() > 0, what="the batch is being worked")
    os.kill(integrator.house.record().processes["finance-worker"].pid, signal.SIGKILL)
    assert done() < ROWS
    eventually(
        lambda: present_operation()["state"] == "completed",
        what="another worker has finished it",
        seconds=240,
    )
    after = present_operation(expand="rows")
    assert (after["succeeded"], after["failed"]) == (ROWS, 0)
    present = integrator.loan(application_id)
    assert present["principal_repaid_fen"] + present["interest_repaid_fen"] == 100 * ROWS
    booked = [entry["bank_reference"] for entry in present["entries"]]
    assert sorted(booked[1:]) == sorted(row["bank_reference"] for row in rows)


def test_time_passes_and_each_borrower_does_what_it_does(
    integrator: Integrator, played: dict[str, str]
) -> None:
    integrator.advance(35)
    eventually(
        lambda: integrator.loan(played["approve"])["principal_repaid_fen"] > 0,
        what="the punctual borrower has paid its first instalment",
    )
    assert integrator.loan(played["approve"])["state"] == "active"
    assert integrator.loan(played["late_payer"])["state"] == "overdue"
    gone = httpx.get(
        integrator.house.address + f"{BANK}/applications/{played['silent']}",
        headers={"Authorization": f"Bearer {integrator.token}"},
    )
    assert gone.status_code == 404  # it passed to another bank
    integrator.advance(20)
    eventually(
        lambda: integrator.loan(played["late_payer"])["principal_repaid_fen"] > 0,
        what="the late borrower has paid",
    )
    integrator.advance(75)
    eventually(lambda: integrator.loan(played["default"])["state"] == "defaulted", what="a default")
    loan_id = integrator.loan(played["default"])["id"]
    eventually(
        lambda: bool(
            integrator.call("GET", "/compensation-claims", params={"loan_id": loan_id})["items"]
        ),
        what="the bank has claimed",
    )
    claim = integrator.call("GET", "/compensation-claims", params={"loan_id": loan_id})["items"][0]
    assert claim["state"] == "submitted"
    assert claim["base_fen"] == integrator.loan(played["default"])["outstanding_fen"]


def test_the_punctual_borrower_settles_and_the_books_agree_to_the_fen(
    integrator: Integrator, played: dict[str, str]
) -> None:
    integrator.advance(260)
    eventually(
        lambda: integrator.loan(played["approve"])["state"] == "settled", what="it is paid back"
    )
    loan = integrator.loan(played["approve"])
    assert loan["principal_repaid_fen"] == loan["amount_fen"]
    planned = sum(line["interest_fen"] for line in loan["schedule"])
    assert loan["interest_repaid_fen"] == planned
    eventually(lambda: integrator.dossier(played["approve"])["finished"], what="it is filed away")
    today = integrator.call("GET", "/sandbox/clock")["today"]
    reply = integrator.http.get(
        f"{BANK}/reconciliations/{today}",
        headers={"Authorization": f"Bearer {integrator.token}", "Accept": "application/x-ndjson"},
    )
    assert reply.headers["content-digest"].startswith("sha-256=:")
    rows = [httpx.Response(200, content=line).json() for line in reply.text.splitlines()]
    names = ("bank_reference", "outstanding_fen", "disbursed_fen", "principal_repaid_fen")
    sent = [{name: row[name] for name in names} for row in rows]
    found = integrator.call("POST", f"/reconciliations/{today}", json={"rows": sent})
    assert (found["breaks"], found["matched"]) == ([], len(rows))


def test_webhooks_wake_the_bank_and_its_own_messages_are_acknowledged(
    integrator: Integrator,
) -> None:
    eventually(lambda: integrator.counts().get("acknowledged", 0) >= 5, what="acknowledged")
    eventually(lambda: integrator.counts().get("webhook_heard", 0) >= 1, what="a signed webhook")
    assert "webhook_refused" not in integrator.counts()
