"""Who sees which task and who may act on it; and what a refused act says."""

import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from services.registration.departments.answers import Refused
from services.registration.departments.desk import Line, desk_for
from services.registration.departments.gathering import gather_facts
from services.registration.departments.service import open_department_tasks
from services.registration.departments.steps import begin_filing, take_answer
from tests.fixtures.callers import Running

Opened = Callable[..., Awaitable[Any]]


@pytest.fixture
def waiting(registration: Running, licensed: Any) -> Opened:
    """An enterprise whose tasks are all with a person; nobody works on this module's database."""

    async def make(**changes: Any) -> Any:
        enterprise = await licensed(**changes)
        state = registration.app.state
        async with state.database.transaction() as session:
            desk = desk_for(state, session)
            facts = await gather_facts(session, state, enterprise.licence)
            assert facts is not None
            assert await open_department_tasks(desk, facts, workdays=1)
            assert not await open_department_tasks(desk, facts, workdays=1)
        for task in (await enterprise.tasks()).values():
            reference = f"{task['id']}-1"
            async with state.database.transaction() as session:
                desk = desk_for(state, session)
                task_id = uuid.UUID(task["id"])
                assert await begin_filing(desk, task_id, reference) is not None
                line = Line("filing", "refused", 422, 3)
                answer = Refused("missing_field", "/particulars/x: missing_field")
                assert await take_answer(desk, task_id, reference, answer, line)
        return enterprise

    return make


async def ids(caller: Any, **params: Any) -> set[str]:
    reply = await caller.get("/department-tasks", params={"limit": 200} | params)
    assert reply.status_code == 200, reply.text
    return {each["id"] for each in reply.json()["items"]}


async def test_an_officer_sees_their_department_and_regions_only(
    registration: Running, waiting: Opened
) -> None:
    enterprise = await waiting()
    tasks = {name: task["id"] for name, task in (await enterprise.tasks()).items()}
    tax = enterprise.officer("tax")
    assert tasks["tax"] in await ids(tax, state="needs_person")
    assert tasks["seal"] not in await ids(tax)
    assert (await tax.get(f"/department-tasks/{tasks['seal']}")).status_code == 404
    for elsewhere in (["980200"], []):
        stranger = enterprise.officer("tax", regions=elsewhere)
        assert tasks["tax"] not in await ids(stranger)
        assert (await stranger.get(f"/department-tasks/{tasks['tax']}")).status_code == 404
        reply = await enterprise.act("tax", "waive", {"reason": "无权"}, caller=stranger)
        assert reply.status_code == 404


async def test_a_founder_sees_their_own_tasks_and_no_others(
    registration: Running, waiting: Opened
) -> None:
    mine, other = await waiting(), await waiting()
    seen = await ids(mine.owner)
    assert seen == {task["id"] for task in (await mine.tasks()).values()}
    foreign = (await other.tasks())["tax"]["id"]
    assert (await mine.owner.get(f"/department-tasks/{foreign}")).status_code == 404
    assert (await registration.anonymous.get("/department-tasks")).status_code == 401


async def test_only_the_departments_own_officer_may_act(
    registration: Running, waiting: Opened
) -> None:
    enterprise = await waiting()
    for caller in (
        enterprise.owner,
        registration.caller("officer", regions=["980100"]),
        registration.caller("head", regions=["980100"]),
        registration.caller("administrator"),
        registration.caller("bank", org="bank"),
    ):
        reply = await enterprise.act("tax", "waive", {"reason": "无权"}, caller=caller)
        assert reply.status_code == 403, reply.text
    reply = await registration.anonymous.post(
        f"/department-tasks/{uuid.uuid4()}/actions/waive", json={"reason": "无权"}
    )
    assert reply.status_code == 401


async def test_the_actions_offered_are_the_actions_allowed(waiting: Opened) -> None:
    enterprise = await waiting()
    task = (await enterprise.tasks())["tax"]
    path = f"/department-tasks/{task['id']}"
    shown = (await enterprise.officer("tax").get(path)).json()
    assert [(each["action"], each["requires"]) for each in shown["allowed_actions"]] == [
        ("retry", []),
        ("complete", ["receipt_number"]),
        ("waive", ["reason"]),
    ]
    assert (await enterprise.owner.get(path)).json()["allowed_actions"] == []
    assert [line["outcome"] for line in shown["history"]] == ["opened", "refused"]


async def test_an_act_names_the_version_it_saw(waiting: Opened) -> None:
    enterprise = await waiting()
    task = (await enterprise.tasks())["seal"]
    path = f"/department-tasks/{task['id']}/actions/waive"
    officer = enterprise.officer("seal")
    missing = await officer.post(path, json={"reason": "已办"})
    stale = await officer.post(path, json={"reason": "已办"}, version=task["version"] - 1)
    assert (missing.status_code, missing.json()["code"]) == (428, "if_match_required")
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_etag")
    assert stale.json()["current"]["state"] == "needs_person"


async def test_the_same_key_has_one_effect_and_one_reply(waiting: Opened) -> None:
    enterprise = await waiting()
    body, key = {"receipt_number": "YZ20261121000001"}, uuid.uuid4().hex
    version = (await enterprise.tasks())["seal"]["version"]
    first = await enterprise.act("seal", "complete", body, key=key, version=version)
    second = await enterprise.act("seal", "complete", body, key=key, version=version)
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.headers["idempotency-hit"] == "true"
    assert second.json() == first.json()
    receipts = await enterprise.events("registration.department-task.receipted.v1")
    assert len(receipts) == 1


async def test_a_settled_task_is_not_open_to_anybody(waiting: Opened) -> None:
    enterprise = await waiting()
    assert (await enterprise.act("tax", "waive", {"reason": "免办"})).status_code == 200
    for action, body in (
        ("retry", {}),
        ("complete", {"receipt_number": "SW20261121000001"}),
        ("waive", {"reason": "再免"}),
    ):
        reply = await enterprise.act("tax", action, body)
        assert (reply.status_code, reply.json()["code"]) == (409, "task_not_open")


@pytest.mark.parametrize(
    ("action", "body", "pointer"),
    [
        ("waive", {}, "/reason"),
        ("waive", {"reason": " "}, "/reason"),
        ("waive", {"reason": "x", "extra": 1}, "/extra"),
        ("complete", {"receipt_number": "!"}, "/receipt_number"),
        ("retry", {"particulars": {"Liaison": "x"}}, "/particulars/Liaison/[key]"),
        ("retry", {"particulars": {"liaison": 7}}, "/particulars/liaison"),
    ],
)
async def test_a_bad_act_names_the_place(
    waiting: Opened, action: str, body: dict[str, Any], pointer: str
) -> None:
    enterprise = await waiting()
    reply = await enterprise.act("tax", action, body)
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["pointer"].startswith(pointer)


async def test_the_queue_pages_by_what_is_due_first(registration: Running, waiting: Opened) -> None:
    for days in (2, 0, 1):
        today = registration.app.state.clock.today()
        await waiting(established_on=today + timedelta(days=days))
    officer = registration.caller("department_officer", org="bank", regions=["980000"])
    seen: list[dict[str, Any]] = []
    params: dict[str, Any] = {"limit": 2}
    while True:
        page = (await officer.get("/department-tasks", params=params)).json()
        seen += page["items"]
        if page["next"] is None:
            break
        params = {"limit": 2, "cursor": page["next"]}
    assert len(seen) == len({each["id"] for each in seen}) >= 3
    order = [(each["due_on"], each["id"]) for each in seen]
    assert order == sorted(order)


async def test_unchanged_tasks_are_not_sent_again(waiting: Opened) -> None:
    enterprise = await waiting()
    task = (await enterprise.tasks())["tax"]
    path, officer = f"/department-tasks/{task['id']}", enterprise.officer("tax")
    first = await officer.get(path)
    again = await officer.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
