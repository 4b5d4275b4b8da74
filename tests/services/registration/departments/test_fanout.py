"""From a licence to seven receipts, through the real worker and the real simulator, on a bad day too."""

import json
import uuid
from typing import Any

import nats
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.registration.departments.directory import DEPARTMENTS
from services.registration.departments.routes import expand_tasks
from tests.fixtures.callers import Running

pytestmark = pytest.mark.usefixtures("working")
Licensed = Any


@pytest.mark.policy_part("A087")
@pytest.mark.policy("D045")
async def test_a_licence_ends_in_seven_receipts_and_one_completion(
    registration: Running, outside: Any, licensed: Licensed
) -> None:
    enterprise = await licensed()
    tasks = await enterprise.reaches("receipted")
    assert set(tasks) == set(DEPARTMENTS)
    assert len({task["receipt_number"] for task in tasks.values()}) == 7
    assert set(outside.count(await enterprise.tasks()).values()) == {1}
    completed = await enterprise.events("registration.opening.completed.v1")
    assert [(each["receipted"], each["waived"]) for each in completed] == [(7, 0)]
    assert len(await enterprise.events("registration.department-task.receipted.v1")) == 7


async def test_the_licence_event_opens_once_however_often_it_comes(
    registration: Running, outside: Any, licensed: Licensed, worker_environment: Any
) -> None:
    enterprise = await licensed()
    client = await nats.connect(worker_environment["NATS_URL"])
    body = {
        "id": str(uuid.uuid4()), "type": "registration.licence.issued.v1", "subject": "licence/x",
        "sequence": 1, "time": "2026-11-21T00:00:00+00:00",
        "data": enterprise.licence.model_dump(mode="json"),
    }  # fmt: skip
    await enterprise.reaches("receipted")
    for copy in range(3):
        another = body | {"id": str(uuid.uuid4())} if copy else body
        await client.jetstream().publish(
            "registration.licence.issued.v1", json.dumps(another).encode()
        )
    await client.close()
    following = await licensed()
    await following.reaches("receipted")
    assert len(await enterprise.tasks()) == 7
    assert set(outside.count(await enterprise.tasks()).values()) == {1}
    assert len(await enterprise.events("registration.opening.completed.v1")) == 1


async def test_a_lost_answer_is_not_filed_twice(
    registration: Running, outside: Any, licensed: Licensed
) -> None:
    outside.behave("tax", drop_next=2)
    enterprise = await licensed()
    await enterprise.reaches("receipted")
    task = await enterprise.task("tax")
    assert task["attempts"] == 3
    assert [line["outcome"] for line in task["history"]] == [
        "opened",
        "unsure",
        "unsure",
        "receipted",
    ]
    assert outside.count(await enterprise.tasks())["tax"] == 1


async def test_a_failing_department_is_tried_again(
    registration: Running, outside: Any, licensed: Licensed
) -> None:
    outside.behave("statistics", fail_next=3)
    enterprise = await licensed()
    await enterprise.reaches("receipted")
    assert (await enterprise.task("statistics"))["attempts"] == 4
    assert outside.count(await enterprise.tasks())["statistics"] == 1


async def test_a_slow_department_is_asked_until_it_has_decided(
    outside: Any, licensed: Licensed
) -> None:
    outside.behave("seal", decide_after_ms=2_000, delay_ms=200)
    enterprise = await licensed()
    await enterprise.reaches("receipted")
    kinds = [line["kind"] for line in (await enterprise.task("seal"))["history"]]
    assert kinds[:2] == ["system", "filing"]
    assert kinds[-1] == "look"


async def test_a_department_that_names_a_time_does_not_use_up_tries(
    outside: Any, licensed: Licensed
) -> None:
    outside.behave("bank", throttle_next=6, retry_after_s=1)
    enterprise = await licensed()
    await enterprise.reaches("receipted")
    task = await enterprise.task("bank")
    assert task["attempts"] == 7
    assert task["problem_code"] is None


async def test_giving_up_hands_the_task_to_a_person_who_tries_again(
    registration: Running, outside: Any, licensed: Licensed
) -> None:
    outside.behave("social_insurance", fail_rate=1)
    enterprise = await licensed()
    tasks = await enterprise.reaches("needs_person", "social_insurance")
    assert tasks["social_insurance"]["problem_code"] == "department_failed"
    given_up = await enterprise.events("registration.department-task.given-up.v1")
    assert [each["department"] for each in given_up] == ["social_insurance"]
    queue = await enterprise.officer("social_insurance").get(
        "/department-tasks", params={"state": "needs_person"}
    )
    assert tasks["social_insurance"]["id"] in [each["id"] for each in queue.json()["items"]]
    outside.restore("social_insurance")
    reply = await enterprise.act("social_insurance", "retry", {"reason": "系统已恢复"})
    assert (reply.status_code, reply.json()["state"]) == (200, "pending")
    tasks = await enterprise.reaches("receipted")
    assert tasks["social_insurance"]["round"] == 1
    assert outside.count(await enterprise.tasks())["social_insurance"] == 1
    assert len(await enterprise.events("registration.opening.completed.v1")) == 1


async def test_a_rejected_filing_is_filed_again_under_a_new_reference(
    registration: Running, outside: Any, licensed: Licensed
) -> None:
    outside.behave("housing_fund", reject="data_mismatch")
    enterprise = await licensed()
    tasks = await enterprise.reaches("rejected", "housing_fund")
    assert tasks["housing_fund"]["problem_code"] == "data_mismatch"
    assert "不一致" in tasks["housing_fund"]["problem_text"]
    outside.restore("housing_fund")
    corrected = {"particulars": {"liaison": {"name": "周明远", "phone": "00013800009"}}}
    reply = await enterprise.act("housing_fund", "retry", corrected)
    assert (reply.status_code, reply.json()["round"]) == (200, 2)
    tasks = await enterprise.reaches("receipted")
    assert outside.count(await enterprise.tasks())["housing_fund"] == 2


async def test_what_a_department_already_has_is_completed_by_hand(
    outside: Any, licensed: Licensed, a_uscc: str
) -> None:
    at_the_counter = outside.file(
        "bank",
        {
            "reference": f"counter-{a_uscc}",
            "uscc": a_uscc,
            "region": "980101",
            "enterprise_name": "青屿云帆软件有限公司",
            "established_on": "2026-11-21",
            "particulars": {"bank_code": "QYSB"},
        },
    )
    enterprise = await licensed(uscc=a_uscc)
    tasks = await enterprise.reaches("needs_person", "bank")
    assert tasks["bank"]["problem_code"] == "already_registered"
    assert at_the_counter["receipt_number"] in tasks["bank"]["problem_text"]
    done = await enterprise.act(
        "bank", "complete", {"receipt_number": at_the_counter["receipt_number"]}
    )
    assert (done.status_code, done.json()["state"]) == (200, "completed")
    receipts = await enterprise.events("registration.department-task.receipted.v1")
    assert [each["by_hand"] for each in receipts if each["department"] == "bank"] == [True]


async def test_a_waived_task_no_longer_holds_up_the_opening(
    outside: Any, licensed: Licensed
) -> None:
    outside.behave("bank", reject="premises_unclear")
    enterprise = await licensed()
    await enterprise.reaches("rejected", "bank")
    await enterprise.reaches("receipted", *(name for name in DEPARTMENTS if name != "bank"))
    assert await enterprise.events("registration.opening.completed.v1") == []
    reply = await enterprise.act("bank", "waive", {"reason": "企业自行到网点开户"})
    assert (reply.status_code, reply.json()["state"]) == (200, "waived")
    completed = await enterprise.events("registration.opening.completed.v1")
    assert [(each["receipted"], each["waived"]) for each in completed] == [(6, 1)]


async def test_a_passed_deadline_goes_to_a_person_and_a_retry_gets_a_new_day(
    registration: Running, licensed: Licensed
) -> None:
    enterprise = await licensed(established_on="2026-11-02")
    tasks = await enterprise.reaches("needs_person")
    assert {task["problem_code"] for task in tasks.values()} == {"deadline_passed"}
    assert {task["due_on"] for task in tasks.values()} == {"2026-11-03"}
    reply = await enterprise.act("tax", "retry", {})
    assert reply.json()["due_on"] > registration.app.state.clock.today().isoformat()
    assert reply.json()["opening_due_on"] == "2026-11-03"
    await enterprise.reaches("receipted", "tax")


async def test_a_case_shows_its_tasks_when_asked(
    registration: Running, outside: Any, licensed: Licensed
) -> None:
    enterprise = await licensed()
    await enterprise.reaches("receipted")
    state = registration.app.state

    class Case:
        id = enterprise.case_id

    async with state.database.reader() as connection:
        shown = await expand_tasks(connection, Case, None, state)  # type: ignore[arg-type]
        Case.id = uuid.uuid4()
        nothing = await expand_tasks(connection, Case, None, state)  # type: ignore[arg-type]
    assert shown is not None
    assert (shown["state"], len(shown["items"])) == ("completed", 7)
    assert nothing is None


async def test_what_a_department_is_told_is_sealed_and_history_cannot_be_rewritten(
    registration: Running, outside: Any, licensed: Licensed
) -> None:
    enterprise = await licensed()
    await enterprise.reaches("receipted")
    database = registration.app.state.database
    async with database.reader() as connection:
        rows = await connection.execute(
            text("SELECT department_tasks::text AS line FROM department_tasks")
        )
        lines = " ".join(row.line for row in rows)
    assert "0001380000" not in lines
    assert "周明远" not in lines
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.transaction() as session:
            await session.execute(text("UPDATE department_task_events SET outcome = 'receipted'"))
