"""No bank learns of another bank's things: enumerated from the app's own OpenAPI document.

Each operation of the bank surface is called by bank B with bank A's real ids and a body that A could send. An
operation without a sample here fails the test, so a new route cannot come without its proof.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from services.finance.bank.surface import PREFIX
from services.finance.composition import SERVICE
from tests.fixtures.callers import running
from tests.services.finance.bank.conftest import Banks, bank, good, reference
from tests.services.finance.bank.declared import Declared
from tests.services.finance.bank.test_batches import row, start, work
from tests.services.finance.borrowing import SONGLING

UNNAMED = "/sandbox/"  # the sandbox's clock and scenarios belong to nobody
DATED = "/reconciliations/{date}"  # a day is nobody's; what it holds is checked below


@dataclass
class Owned:
    """What bank A has: path parameters by name, and every word that only A may read."""

    parameters: dict[str, str] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    filters: dict[str, str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    today: str = ""


@pytest.fixture(scope="module")
async def banks(fresh_database: Callable[[str], Any]) -> AsyncIterator[Banks]:
    """A house of its own: its clock goes months ahead."""
    async with running(SERVICE, fresh_database("finance").app, sandbox=True) as service:
        for seed in SERVICE.seeds:
            await seed(service.app.state)
        service.client.event_hooks["response"].append(Declared(service.app, PREFIX))
        yield Banks(service, bank(service), bank(service, SONGLING))


def operations(banks: Banks) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path below the prefix, and document of every operation of the bank surface."""
    for path, item in banks.service.app.openapi()["paths"].items():
        if path.startswith(f"{PREFIX}/"):
            for method, operation in item.items():
                yield method.upper(), path.removeprefix(PREFIX), operation


async def claim_for(banks: Banks, loan: dict[str, Any]) -> dict[str, Any]:
    """A claim for a loan on which nobody pays."""
    await banks.world.later(days=31 + loan["overdue_days"] + 5)
    loan = good(await banks.qingyu.get(f"/loans/{loan['id']}"))
    assert loan["state"] == "defaulted"
    body = {
        "bank_reference": reference("BC"),
        "loan_id": loan["id"],
        "unpaid_principal_fen": loan["outstanding_fen"],
        "funds_used_as_agreed": True,
        "use_check": "已核对发票",
        "demanded_on": banks.today,
        "demand": "letter",
        "demand_reference": "催收函一号",
    }
    return good(await banks.qingyu.post("/compensation-claims", json=body), 201)


@pytest.fixture(scope="module")
async def owned(banks: Banks) -> Owned:
    """Bank A's application, loan with a repayment, operation, message and claim."""
    bad = await banks.loan()
    loan = await banks.loan()
    operation = await work(banks, await start(banks, [row(loan), {"bank_reference": "BAD-ROW-7"}]))
    claim = await claim_for(banks, bad)
    application = await banks.application()
    loan = good(await banks.qingyu.get(f"/loans/{loan['id']}"))
    day = {"rows": [{"bank_reference": "GHOST-77", "outstanding_fen": 1}]}
    broken = good(await banks.qingyu.post(f"/reconciliations/{banks.today}", json=day))
    message = good(await banks.qingyu.get("/inbox", params={"visibility_seconds": 0}))["items"][0]
    entry = next(each for each in loan["entries"] if each["kind"] == "repayment")
    things = (application, loan, claim)
    return Owned(
        parameters={
            "application_id": application["id"],
            "loan_id": loan["id"],
            "kind": "repayments",
            "entry": str(entry["number"]),
            "operation_id": operation["id"],
            "message_id": message["id"],
            "claim_id": claim["id"],
            "recovery_id": str(uuid.uuid4()),
            "date": banks.today,
        },
        words={each[name] for each in things for name in ("id", "reference")}
        | {each["bank_reference"] for each in (loan, claim, bad, entry)}
        | {application["enterprise"]["uscc"], loan["uscc"], claim["uscc"]}
        | {loan["enterprise_name"], operation["id"], message["id"], "BAD-ROW-7", "GHOST-77"}
        | {each["id"] for each in broken["breaks"]},
        filters={
            "reference": loan["reference"],
            "bank_reference": loan["bank_reference"],
            "uscc": loan["uscc"],
            "application_id": loan["application_id"],
            "loan_id": claim["loan_id"],
            "product_code": loan["product_code"],
        },
        versions={each["id"]: each["version"] for each in things},
        today=banks.today,
    )


def filled(path: str, parameters: dict[str, str]) -> str:
    """The path with its parameters; an unknown one has no sample and fails."""
    try:
        return path.format(**parameters)
    except KeyError as error:
        raise AssertionError(f"{path}: no sample for {error}; add bank A's own") from error


def body_of(operation: dict[str, Any]) -> dict[str, Any]:
    """The documented example of a request body."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    examples = content.get("examples")
    found = next(iter(examples.values()))["value"] if examples else content.get("example", {})
    return dict(found)


async def call(
    banks: Banks, method: str, path: str, operation: dict[str, Any], version: int
) -> httpx.Response:
    headers = {"If-Match": f'"{version}"'}
    if method == "GET":
        return await banks.songling.get(path)
    sent = body_of(operation) if "requestBody" in operation else None
    return await banks.songling.request(method, path, headers=headers, json=sent)


def without_names(reply: httpx.Response) -> dict[str, Any]:
    """A refusal without what differs between two requests anyway."""
    return {k: v for k, v in reply.json().items() if k not in ("instance", "request_id")}


async def test_every_operation_with_an_id_is_404_for_another_bank(
    banks: Banks, owned: Owned
) -> None:
    with_ids = [o for o in operations(banks) if "{" in o[1] and o[1] != DATED]
    assert len(with_ids) >= 19
    unknown = {name: str(uuid.uuid4()) for name in owned.parameters if name.endswith("_id")}
    for method, path, operation in with_ids:
        version = owned.versions.get(owned.parameters[path.split("{")[1].split("}")[0]], 1)
        real = await call(banks, method, filled(path, owned.parameters), operation, version)
        assert real.status_code == 404, f"{method} {path}: {real.status_code} {real.text[:300]}"
        nothing = filled(path, owned.parameters | unknown)
        absent = await call(banks, method, nothing, operation, version)
        assert without_names(real) == without_names(absent), f"{method} {path} tells them apart"
    waiting = await banks.qingyu.get("/inbox", params={"visibility_seconds": 0, "limit": 200})
    assert owned.parameters["message_id"] in waiting.text, "bank B acknowledged bank A's message"


async def test_the_samples_are_real_their_owner_is_not_told_404(banks: Banks, owned: Owned) -> None:
    for method, path, operation in operations(banks):
        if "{" in path and "recovery_id" not in path:
            version = owned.versions.get(owned.parameters[path.split("{")[1].split("}")[0]], 1)
            caller = Banks(banks.service, banks.qingyu, banks.qingyu)
            place = filled(path, owned.parameters)
            stale = version + 100  # reaches the thing, changes nothing
            reply = await call(caller, method, place, operation, stale)
            assert reply.status_code != 404, f"{method} {path}: the sample is not real"


async def test_no_list_or_file_shows_another_banks_things(banks: Banks, owned: Owned) -> None:
    lists = [o for o in operations(banks) if o[0] == "GET" and ("{" not in o[1] or o[1] == DATED)]
    assert len(lists) >= 7
    for _, path, operation in lists:
        if path.startswith(UNNAMED):
            continue
        names = {each["name"] for each in operation.get("parameters", [])}
        queries: list[dict[str, Any]] = [{"limit": 200} if "limit" in names else {}]
        queries += [{n: v} for n, v in owned.filters.items() if n in names]
        for query in queries:
            reply = await banks.songling.get(filled(path, owned.parameters), params=query)
            assert reply.status_code == 200, f"{path} {query}: {reply.text[:200]}"
            seen = [word for word in owned.words if word in reply.text]
            assert not seen, f"GET {path}?{query} shows {seen}"


async def test_another_banks_cursor_and_expand_show_nothing_either(
    banks: Banks, owned: Owned
) -> None:
    for path in ("/applications", "/loans", "/operations", "/compensation-claims"):
        page = good(await banks.qingyu.get(path, params={"limit": 1}))
        if page["next"]:
            query = {"cursor": page["next"], "limit": 200}
            reply = await banks.songling.get(path, params=query)
            assert not [word for word in owned.words if word in reply.text]
    for path, expand in (
        ("/applications/{application_id}", "timeline"),
        ("/operations/{operation_id}", "rows"),
    ):
        reply = await banks.songling.get(filled(path, owned.parameters), params={"expand": expand})
        assert reply.status_code == 404


async def test_a_body_that_names_another_banks_loan_is_refused_as_if_it_were_none(
    banks: Banks, owned: Owned
) -> None:
    posts = {o[1]: o[2] for o in operations(banks) if o[0] == "POST" and "{" not in o[1]}
    named = {path: doc for path, doc in posts.items() if not path.startswith(UNNAMED)}
    assert set(named) == {"/compensation-claims", "/repayment-batches"}, (
        "a new one needs a proof here"
    )
    loan_id = owned.parameters["loan_id"]
    claims = []
    for each in (loan_id, str(uuid.uuid4())):
        body = body_of(posts["/compensation-claims"]) | {"loan_id": each}
        body |= {"bank_reference": reference("BC"), "demanded_on": owned.today}
        claims.append(await banks.songling.post("/compensation-claims", json=body))
    assert claims[0].status_code in (404, 422)
    assert without_names(claims[0]) == without_names(claims[1])
    rows = [
        {
            "loan_id": each,
            "bank_reference": reference("HK"),
            "amount_fen": 1,
            "value_on": owned.today,
        }
        for each in (loan_id, str(uuid.uuid4()))
    ]
    theirs = Banks(banks.service, banks.songling, banks.songling)
    operation = await work(theirs, await start(theirs, rows))
    path = f"/operations/{operation['id']}"
    found = good(await banks.songling.get(path, params={"expand": "rows"}))["rows"]
    assert found[0]["problem"] == found[1]["problem"]
    assert found[0]["problem"]["code"] == "not_found"


async def test_the_cases_behind_them_are_404_too(banks: Banks, owned: Owned) -> None:
    clerk = banks.service.caller("bank", org=SONGLING, sub="clerk-songling")
    for name in ("application_id", "claim_id"):
        case = owned.parameters[name]
        version = owned.versions[case]
        replies = [
            await clerk.get(f"/cases/{case}"),
            await clerk.get(f"/cases/{case}", params={"expand": "timeline,documents"}),
            await clerk.get(f"/cases/{case}/findings"),
            await clerk.put(f"/cases/{case}/form", version=version, json={"form": {}}),
            await clerk.post(f"/cases/{case}/actions/accept", version=version, json={}),
            await clerk.post(f"/cases/{case}/actions/withdraw", version=version, json={}),
        ]
        assert [reply.status_code for reply in replies] == [404] * 6
    reply = await clerk.get("/cases", params={"limit": 200})
    assert not [word for word in owned.words if word in reply.text]


async def test_after_all_these_attempts_nothing_of_bank_a_has_changed(
    banks: Banks, owned: Owned
) -> None:
    names = ("application_id", "loan_id", "claim_id")
    places = ("/applications/", "/loans/", "/compensation-claims/")
    replies = await asyncio.gather(
        *(
            banks.qingyu.get(place + owned.parameters[name])
            for place, name in zip(places, names, strict=True)
        )
    )
    present = {good(reply)["id"]: good(reply)["version"] for reply in replies}
    assert present == owned.versions
