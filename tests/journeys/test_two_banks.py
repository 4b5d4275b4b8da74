"""Another bank's own system tries every door of the first one: through the front, with a real key and proofs.

The doors are those of the public document (`/openapi.json`): the bank API and what the window keeps for
machines (webhooks, events). Each is called with an id of the first bank and with one that nobody has; the two
answers must be the same 404. A door without a sample here fails the test.
"""

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from simulators.bank.tokens import ASSERTION_TYPE, Signer
from tests.fixtures.house import House

BANK, WINDOW = "/api/finance/bank/v1", "/api/window/v1"
MACHINES = (f"{WINDOW}/webhook-endpoints", f"{WINDOW}/events")
SECONDS = 90.0
DATED = f"{BANK}/reconciliations/{{date}}"  # a day is nobody's


class Machine:
    """A bank's system: a DPoP-bound token by `private_key_jwt`, a fresh proof for each call."""

    def __init__(self, house: House, client_id: str) -> None:
        self.http = httpx.Client(base_url=house.address, timeout=60, trust_env=False)
        self.signer = Signer.load(house.data / "demo-keys" / f"{client_id}.jwk.json")
        form = {
            "grant_type": "client_credentials",
            "scope": "bank events",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self.signer.assertion(client_id, house.address),
        }
        proof = {"DPoP": self.signer.proof("POST", f"{house.address}/oauth2/token")}
        reply = self.http.post("/oauth2/token", data=form, headers=proof)
        assert reply.status_code == 200, reply.text
        self.token = str(reply.json()["access_token"])

    def call(
        self, method: str, path: str, *, version: int | None = None, **kwargs: Any
    ) -> httpx.Response:
        url = f"{str(self.http.base_url).rstrip('/')}{path}"
        headers = {
            "Authorization": f"DPoP {self.token}",
            "DPoP": self.signer.proof(method, url, token=self.token),
        }
        if method == "POST":
            headers["Idempotency-Key"] = uuid.uuid4().hex
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return self.http.request(method, path, headers=headers, **kwargs)

    def good(self, method: str, path: str, **kwargs: Any) -> dict[str, Any]:
        reply = self.call(method, path, **kwargs)
        assert reply.status_code < 300, f"{method} {path}: {reply.status_code} {reply.text[:600]}"
        found: dict[str, Any] = reply.json()
        return found


@dataclass
class Owned:
    """What the first bank has: ids by the parameter that names them, and words that only it may read."""

    ids: dict[str, str]
    versions: dict[str, int] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    today: str = ""

    def version_for(self, path: str) -> int:
        first = path.split("{")[1].split("}")[0]
        return self.versions.get(self.ids.get(first, ""), 1)


@pytest.fixture(scope="module")
def first(own_house: House) -> Machine:
    return Machine(own_house, "demo-bank")


@pytest.fixture(scope="module")
def second(own_house: House) -> Machine:
    return Machine(own_house, "demo-bank-2")


def reference(word: str) -> str:
    return f"{word}-{uuid.uuid4().hex[:12]}"


def lend(first: Machine) -> dict[str, Any]:
    """A persona borrows: a loan drawn in full today."""
    asked = first.good("POST", f"{BANK}/sandbox/scenarios", json={"scenario": "default"})
    here, terms = f"{BANK}/applications/{asked['id']}", ("amount_fen", "term_months")
    form = {name: asked["form"][name] for name in (*terms, "repayment_method")}
    offer = form | {"annual_rate": "0.0345"}
    found = first.good("POST", f"{here}/actions/accept", version=asked["version"], json={})
    said = offer | {"outcome": "approved", "reason": "经营稳定"}
    found = first.good("POST", f"{here}/actions/decide", version=found["version"], json=said)
    today = first.good("GET", f"{BANK}/sandbox/clock")["today"]
    said = offer | {"bank_reference": reference("HT"), "signed_on": today}
    loan = first.good("POST", f"{here}/contracts", version=found["version"], json=said)
    return report(first, loan, "disbursements", amount_fen=loan["amount_fen"], value_on=today)


def report(first: Machine, loan: dict[str, Any], what: str, **said: Any) -> dict[str, Any]:
    body = {"bank_reference": reference("R"), **said}
    path = f"{BANK}/loans/{loan['id']}/{what}"
    return first.good("POST", path, version=loan["version"], json=body)


def claim_for(first: Machine, loan: dict[str, Any], today: str) -> dict[str, Any]:
    loan = first.good("GET", f"{BANK}/loans/{loan['id']}")
    body = {
        "bank_reference": reference("BC"),
        "loan_id": loan["id"],
        "unpaid_principal_fen": loan["outstanding_fen"],
        "funds_used_as_agreed": True,
        "use_check": "已核对发票",
        "demanded_on": today,
        "demand": "letter",
        "demand_reference": "催收函一号",
    }
    return first.good("POST", f"{BANK}/compensation-claims", json=body)


def event_about(first: Machine, subject: str) -> dict[str, Any]:
    """The first event of the feed that names it; the feed is a moment behind."""
    until, after = time.monotonic() + SECONDS, dict[str, str]()
    while time.monotonic() < until:
        page = first.good("GET", f"{WINDOW}/events", params={"limit": 200, "wait": 2} | after)
        for each in page["items"]:
            if subject in json.dumps(each):
                found: dict[str, Any] = each
                return found
        after = {"after": page["next"]} if page["next"] else after
    raise AssertionError(f"no event about {subject}")


def waiting_message(first: Machine, message_id: str = "") -> dict[str, Any]:
    """The message of this id, or the oldest. The bank's own program pulls the same inbox, and what one
    pull holds is missing in the other: so it is asked again."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        page = first.good("GET", f"{BANK}/inbox?visibility_seconds=0&limit=200")
        for each in page["items"]:
            if message_id in ("", each["id"]):
                found: dict[str, Any] = each
                return found
        time.sleep(0.2)
    raise AssertionError(f"no message {message_id} waits: somebody acknowledged it")


@pytest.fixture(scope="module")
def owned(first: Machine) -> Owned:
    bad = lend(first)
    first.good("POST", f"{BANK}/sandbox/clock", json={"advance_days": 130})
    today = first.good("GET", f"{BANK}/sandbox/clock")["today"]
    claim = claim_for(first, bad, today)
    loan = report(first, lend(first), "repayments", amount_fen=100, value_on=today)
    waiting = first.good("POST", f"{BANK}/sandbox/scenarios", json={"scenario": "silent"})
    row = {"loan_id": loan["id"], "bank_reference": reference("B"), "amount_fen": 1}
    rows = {"rows": [row | {"value_on": today}]}
    operation = first.good("POST", f"{BANK}/repayment-batches", json=rows)
    ghost = {"rows": [{"bank_reference": reference("GHOST"), "outstanding_fen": 1}]}
    sent = first.good("POST", f"{BANK}/reconciliations/{today}", json=ghost)
    message = waiting_message(first)
    hook = {"url": "http://127.0.0.1:9/first-bank", "event_types": ["finance"]}
    endpoint = first.good("POST", f"{WINDOW}/webhook-endpoints", json=hook)
    event = event_about(first, loan["id"])
    things = (waiting, loan, claim)
    return Owned(
        ids={
            "application_id": waiting["id"],
            "loan_id": loan["id"],
            "kind": "repayments",
            "entry": "2",
            "operation_id": operation["id"],
            "message_id": message["id"],
            "claim_id": claim["id"],
            "recovery_id": str(uuid.uuid4()),
            "endpoint_id": endpoint["id"],
            "event_id": event["id"],
            "date": today,
        },
        versions={each["id"]: each["version"] for each in (*things, endpoint)},
        words={each[name] for each in things for name in ("id", "reference")}
        | {loan["uscc"], loan["bank_reference"], operation["id"], message["id"], endpoint["id"]}
        | {hook["url"], event["id"], bad["id"]}
        | {each["id"] for each in sent["breaks"]},
        today=today,
    )


def doors(first: Machine) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, whole path and document of everything that a bank's machine may call."""
    document = first.good("GET", "/openapi.json")
    for path, item in document["paths"].items():
        if path.startswith((BANK, *MACHINES)):
            yield from ((method.upper(), path, doc) for method, doc in item.items())


def body_of(document: dict[str, Any]) -> Any:
    content = document.get("requestBody", {}).get("content", {}).get("application/json", {})
    examples = content.get("examples")
    return next(iter(examples.values()))["value"] if examples else content.get("example", {})


def same_words(reply: httpx.Response) -> dict[str, Any]:
    """A refusal without what differs between any two requests."""
    return {k: v for k, v in reply.json().items() if k not in ("instance", "request_id")}


def test_every_door_with_an_id_of_the_first_bank_is_a_404_like_any_other(
    first: Machine, second: Machine, owned: Owned
) -> None:
    tried = 0
    for method, path, document in doors(first):
        if "{" not in path or path == DATED:
            continue
        sent = {"json": body_of(document)} if "requestBody" in document else {}
        version = owned.version_for(path)
        invented = owned.ids | {
            name: str(uuid.uuid4()) for name in owned.ids if name.endswith("_id")
        }
        real, absent = (
            second.call(method, path.format(**ids), version=version, **sent)
            for ids in (owned.ids, invented)
        )
        assert real.status_code == 404, f"{method} {path}: {real.status_code} {real.text[:300]}"
        assert same_words(real) == same_words(absent), f"{method} {path} tells them apart"
        tried += 1
    assert tried >= 30


def test_the_samples_are_real_the_first_bank_is_not_told_404(first: Machine, owned: Owned) -> None:
    for method, path, _ in doors(first):
        if method == "GET" and "{" in path:
            reply = first.call(method, path.format(**owned.ids))
            assert reply.status_code == 200, f"{path}: {reply.status_code} {reply.text[:200]}"


def test_no_list_feed_or_file_shows_anything_of_the_first_bank(
    first: Machine, second: Machine, owned: Owned
) -> None:
    seen = 0
    for method, path, document in doors(first):
        if method != "GET" or ("{" in path and path != DATED) or "/sandbox/" in path:
            continue
        names = {each["name"] for each in document.get("parameters", [])}
        query = {"limit": 200} if "limit" in names else {}
        reply = second.call(method, path.format(**owned.ids), params=query)
        assert reply.status_code == 200, f"{path}: {reply.text[:200]}"
        assert not [word for word in owned.words if word in reply.text], path
        seen += 1
    assert seen >= 8


def test_a_batch_or_a_claim_that_names_the_first_banks_loan_finds_none(
    second: Machine, owned: Owned
) -> None:
    loans = (owned.ids["loan_id"], str(uuid.uuid4()))
    row = {"amount_fen": 100, "value_on": owned.today}
    rows = [row | {"loan_id": loan, "bank_reference": reference("X")} for loan in loans]
    operation = second.good("POST", f"{BANK}/repayment-batches", json={"rows": rows})
    path = f"{BANK}/operations/{operation['id']}?expand=rows"
    until = time.monotonic() + SECONDS
    while operation["state"] != "completed" and time.monotonic() < until:
        time.sleep(0.2)
        operation = second.good("GET", path)
    problems = [each["problem"] for each in operation["rows"]]
    assert problems[0] == problems[1]
    assert problems[0]["code"] == "not_found"
    claims = [claim_of(second, loan, owned.today) for loan in loans]
    assert claims[0].status_code in (404, 422)
    assert same_words(claims[0]) == same_words(claims[1])


def claim_of(second: Machine, loan_id: str, today: str) -> httpx.Response:
    body = {
        "bank_reference": reference("BC"),
        "loan_id": loan_id,
        "unpaid_principal_fen": 1,
        "funds_used_as_agreed": True,
        "use_check": "已核对发票",
        "demanded_on": today,
        "demand": "letter",
        "demand_reference": "催收函一号",
    }
    return second.call("POST", f"{BANK}/compensation-claims", json=body)


def test_figures_that_name_the_first_banks_contract_find_it_unknown(
    first: Machine, second: Machine, owned: Owned
) -> None:
    contract = first.good("GET", f"{BANK}/loans/{owned.ids['loan_id']}")["bank_reference"]
    names = (contract, reference("NONE"))
    rows = [{"bank_reference": name, "outstanding_fen": 1} for name in names]
    path = f"{BANK}/reconciliations/{owned.today}"
    breaks = second.good("POST", path, json={"rows": rows})["breaks"]
    kinds = {each["bank_reference"]: (each["kind"], each["loan_id"]) for each in breaks}
    assert kinds[names[0]] == kinds[names[1]] == ("missing_here", None)


def test_after_all_these_attempts_the_first_banks_things_are_as_they_were(
    first: Machine, owned: Owned
) -> None:
    places = {"application_id": "applications", "claim_id": "compensation-claims"}
    for name, place in places.items():
        thing = first.good("GET", f"{BANK}/{place}/{owned.ids[name]}")
        assert thing["version"] == owned.versions[thing["id"]]
    assert waiting_message(first, owned.ids["message_id"])  # the second bank acknowledged nothing
    endpoint = first.good("GET", f"{WINDOW}/webhook-endpoints/{owned.ids['endpoint_id']}")
    assert endpoint["version"] == owned.versions[endpoint["id"]]
