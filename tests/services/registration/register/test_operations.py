"""An administrator sees what was set aside and what failed, and has it tried again; nobody else does."""

import asyncio
import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from kit import parking
from kit.jobs import defer
from tests.fixtures.callers import Running


def event(number: int) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "type": "carriers.thing.made.v1",
        "subject": f"thing/{number}",
        "sequence": 1,
        "time": datetime.now(UTC).isoformat(),
        "data": {},
    }


async def set_aside(service: Running, consumer: str, *bodies: dict[str, Any]) -> None:
    async with service.app.state.database.transaction() as session:
        for body in bodies:
            await parking.park(session, consumer, body, error="ZeroDivisionError()", tries=6)


async def failed_job(service: Running) -> int:
    async with service.app.state.database.transaction() as session:
        await defer(session, "test.never", {"x": 1})
        query = (
            "UPDATE procrastinate_jobs SET status = 'failed', attempts = 8"
            " WHERE task_name = 'test.never' RETURNING id"
        )
        return int((await session.execute(text(query))).scalar_one())


async def test_what_is_set_aside_and_what_failed_is_seen_in_the_list_and_in_numbers(
    service: Running,
) -> None:
    administrator = service.caller("administrator", sub="who-operates")
    await set_aside(service, "no-such-consumer", event(1))
    job = await failed_job(service)
    found = (await administrator.get("/operations")).json()
    parked = next(e for e in found["parked_events"] if e["consumer"] == "no-such-consumer")
    assert (parked["tries"], parked["behind"]) == (6, False)
    assert {"id": job, "task": "test.never", "attempts": 8}.items() <= next(
        one for one in found["failed_jobs"] if one["id"] == job
    ).items()
    numbers = await service.anonymous.get("//health/metrics")
    assert 'yichuang_failed_jobs{service="registration"} 1.0' in numbers.text
    assert 'yichuang_parked_events{service="registration"} 1.0' in numbers.text
    through = await service.anonymous.get(
        "//health/metrics", headers={"X-Forwarded-For": "10.0.0.1"}
    )
    assert through.status_code == 404
    path = f"/operations/parked-events/{parked['id']}/actions"
    still = await administrator.post(f"{path}/retry")
    assert (still.status_code, still.json()["code"]) == (409, "parked_event_not_taken")
    gone = await administrator.post(f"{path}/give-up", json={"reason": "no such consumer"})
    assert (gone.status_code, gone.json()["state"]) == (200, "given_up")
    twice = await administrator.post(f"{path}/give-up", json={"reason": "again"})
    assert (twice.status_code, twice.json()["code"]) == (409, "parked_event_settled")
    again = await administrator.post(f"/operations/failed-jobs/{job}/actions/retry")
    assert again.status_code == 204
    assert (
        await administrator.post(f"/operations/failed-jobs/{job}/actions/retry")
    ).status_code == 404
    async with service.app.state.database.transaction() as session:
        await session.execute(text("DELETE FROM procrastinate_jobs WHERE task_name = 'test.never'"))


async def test_a_failed_job_is_not_run_again_beside_one_of_its_lock_that_waits(
    service: Running,
) -> None:
    administrator = service.caller("administrator", sub="who-operates")
    async with service.app.state.database.transaction() as session:
        await defer(session, "test.never", {"x": 1}, queueing_lock="test.never")
        query = (
            "UPDATE procrastinate_jobs SET status = 'failed', attempts = 8"
            " WHERE task_name = 'test.never' RETURNING id"
        )
        job = int((await session.execute(text(query))).scalar_one())
        await defer(session, "test.never", {"x": 1}, queueing_lock="test.never")
    path = f"/operations/failed-jobs/{job}/actions/retry"
    refused = await administrator.post(path)
    assert (refused.status_code, refused.json()["code"]) == (409, "job_waits_already")
    async with service.app.state.database.transaction() as session:
        gone = "DELETE FROM procrastinate_jobs WHERE task_name = 'test.never' AND status = 'todo'"
        await session.execute(text(gone))
    assert (await administrator.post(path)).status_code == 204
    async with service.app.state.database.transaction() as session:
        await session.execute(text("DELETE FROM procrastinate_jobs WHERE task_name = 'test.never'"))


async def test_a_failed_job_is_given_up_with_a_reason_and_everything_done_is_kept(
    service: Running,
) -> None:
    administrator = service.caller("administrator", sub="who-operates", name="管文博")
    job = await failed_job(service)
    path = f"/operations/failed-jobs/{job}/actions"
    bare = await administrator.post(f"{path}/give-up", json={})
    assert bare.status_code == 422
    both = await asyncio.gather(
        *(administrator.post(f"{path}/give-up", json={"reason": "对方已停用"}) for _ in range(5))
    )
    assert sorted(one.status_code for one in both) == [204, 404, 404, 404, 404]
    assert (await administrator.post(f"{path}/retry")).status_code == 404
    found = (await administrator.get("/operations")).json()
    assert job not in [one["id"] for one in found["failed_jobs"]]
    last = found["actions"][0]
    assert (last["action"], last["subject"]) == ("give_up_job", "test.never")
    assert (last["by_name"], last["reason"]) == ("管文博", "对方已停用")
    async with service.app.state.database.transaction() as session:
        await session.execute(text("DELETE FROM procrastinate_jobs WHERE task_name = 'test.never'"))


async def test_requests_and_what_waits_longest_are_told_in_numbers(service: Running) -> None:
    await service.anonymous.get("/regions/980101")
    await service.anonymous.get("//made-up/by-somebody")
    numbers = (await service.anonymous.get("//health/metrics")).text
    route = f'route="{service.service.prefix}/regions/{{code}}"'
    assert f'yichuang_http_request_seconds_count{{method="GET",{route},status="2xx"}}' in numbers
    assert "made-up" not in numbers
    assert 'yichuang_untold_seconds{service="registration"}' in numbers


async def test_nobody_else_operates(service: Running) -> None:
    for role in ("founder", "officer", "head", "portal", "bank"):
        caller = service.caller(role)
        assert (await caller.get("/operations")).status_code == 403
        path = f"/operations/parked-events/{uuid.uuid4()}/actions/retry"
        assert (await caller.post(path)).status_code == 403
    assert (await service.anonymous.get("/operations")).status_code == 401
