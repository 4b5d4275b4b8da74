"""Rehearsal in the sandbox: personas that go through the same doors as everybody, and only there."""

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from stdnum.cn import uscc  # type: ignore[import-untyped]

from kit.jobs import JobContext
from services.finance.bank.sandbox import service
from services.finance.bank.sandbox.personas import PERSONAS, uscc_of
from services.finance.composition import SERVICE
from simulators.bank.scenarios import scenario_of
from tests.fixtures.callers import running
from tests.services.finance.bank.conftest import Banks, bank, good
from tests.services.finance.borrowing import LANSHI


async def play(banks: Banks, scenario: str, **more: Any) -> dict[str, Any]:
    reply = await banks.qingyu.post("/sandbox/scenarios", json={"scenario": scenario, **more})
    application = good(reply, 201)
    assert reply.headers["location"].endswith(application["id"])
    return application


async def test_every_persona_applies_at_the_bank_that_asks(banks: Banks) -> None:
    listed = good(await banks.qingyu.get("/sandbox/scenarios"))["items"]
    assert [each["code"] for each in listed] == [persona.code for persona in PERSONAS]
    for each in listed:
        found = await play(banks, each["code"])
        assert found["state"] == "assigned"
        assert all(verdict["ok"] for verdict in found["eligibility"])


async def test_the_sandbox_bank_leaves_a_persona_to_its_caller_unless_asked_to_play_it(
    banks: Banks,
) -> None:
    for persona in PERSONAS:
        left = await play(banks, persona.code)
        assert scenario_of(left["form"]) is None
        played = await play(banks, persona.code, played=True)
        assert scenario_of(played["form"]) == persona.code
    body = {"scenario": "approve", "played": "yes"}
    assert (await banks.qingyu.post("/sandbox/scenarios", json=body)).status_code == 422


async def test_a_persona_went_the_way_of_every_founder(banks: Banks) -> None:
    found = await play(banks, "approve", amount_fen=123_456_700)
    assert found["form"]["amount_fen"] == 123_456_700
    told = good(
        await banks.qingyu.get(f"/applications/{found['id']}", params={"expand": "timeline"})
    )
    assert [each["action"] for each in told["timeline"]] == ["create", "submit"]
    waiting = good(await banks.qingyu.get("/inbox", params={"limit": 200}))["items"]
    assert found["id"] in waiting[-1]["href"]
    officer = banks.world.officer()
    cases = good(await officer.get("/cases", params={"matter": "candidate-enterprise"}))["items"]
    assert cases[0]["state"] == "entered"


async def test_a_persona_answers_when_it_is_asked(banks: Banks) -> None:
    found = await play(banks, "ask_first")
    found = good(await banks.move(found, "actions/accept"))
    body = {"reason": "材料不全", "items": ["纳税申报表"]}
    found = good(await banks.move(found, "actions/request-information", body))
    state = banks.service.app.state
    app = SERVICE.worker.jobs.procrastinate_app(state.settings.database_url, state)
    async with app.open_async(), asyncio.timeout(30):
        while found["state"] != "accepted":
            await app.run_worker_async(wait=False, install_signal_handlers=False)
            found = good(await banks.qingyu.get(f"/applications/{found['id']}"))
            await asyncio.sleep(0.2)
    assert found["answers"][0]["answer"].startswith("沙箱演练")


async def test_an_answer_that_comes_too_late_changes_nothing(banks: Banks) -> None:
    found = await play(banks, "ask_first")
    context = JobContext(banks.service.app.state.database, banks.service.app.state)
    sub = f"{service.FOUNDER}{await number_of(banks, found)}"
    await service.answer(context, application_id=uuid.UUID(found["id"]), sub=sub)
    assert good(await banks.qingyu.get(f"/applications/{found['id']}")) == found


async def number_of(banks: Banks, application: dict[str, Any]) -> int:
    """Which persona this is: its company's number."""
    return int(application["enterprise"]["name"].removeprefix("青屿演练").partition("号")[0])


async def test_a_bank_in_another_city_plays_with_companies_of_that_city(banks: Banks) -> None:
    caller = bank(banks.service, LANSHI)
    found = good(await caller.post("/sandbox/scenarios", json={"scenario": "approve"}), 201)
    assert found["enterprise"]["region_code"].startswith("9802")


async def test_a_bank_that_offers_nothing_cannot_play(banks: Banks) -> None:
    caller = bank(banks.service, "no-such-bank")
    reply = await caller.post("/sandbox/scenarios", json={"scenario": "approve"})
    assert (reply.status_code, reply.json()["code"]) == (422, "scenario_not_playable")


async def test_outside_the_sandbox_there_is_none_of_it(
    fresh_database: Callable[[str], Any],
) -> None:
    async with running(SERVICE, fresh_database("finance").app, sandbox=False) as live:
        caller = bank(live)
        for reply in (
            await caller.get("/sandbox/scenarios"),
            await caller.post("/sandbox/scenarios", json={"scenario": "approve"}),
            await caller.get("/sandbox/clock"),
            await caller.post("/sandbox/clock", json={"advance_days": 1}),
        ):
            assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("region", "number", "code"),
    [("980101", 1, "91980101PT000001"), ("980201", 42, "91980201PT000042")],
)
def test_a_personas_company_has_a_sound_code(region: str, number: int, code: str) -> None:
    found = uscc_of(region, number)
    assert found.startswith(code)
    assert uscc.is_valid(found)
