"""A worker that is killed or stopped with webhooks on their way: nothing is lost, the same id comes again.

Slow (it waits for processes to start and for what died to be noticed): run by `make faults`.
"""

import asyncio
import os
import signal

import pytest
from sqlalchemy import text

from tests.gateway.inbox.world import BANK, until

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("gateway_worker")]


async def test_a_worker_killed_between_answer_and_record_sends_again_with_the_same_id(
    services, hook, gateway_worker, window
):
    await hook.open(kill=gateway_worker.pid)
    sent = await services["finance"].emit(f"org:{BANK}", type_=hook.type)
    await until(lambda: hook.receiver.got(hook.path), "the first request")
    assert await asyncio.to_thread(gateway_worker.process.wait, 20) == -signal.SIGKILL
    (before,) = await hook.deliveries(event_id=str(sent))
    assert (before["state"], before["attempts"]) == ("pending", [])
    hook.receiver.behave(hook.path, status=200)
    async with window.database.transaction() as session:  # as if half a minute had passed
        await session.execute(
            text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
        )
    gateway_worker.start()
    delivery = await hook.outcome(sent, "delivered")
    ids = hook.receiver.ids(hook.path)
    assert ids == [str(sent)] * 2
    assert [a["outcome"] for a in delivery["attempts"]] == ["delivered"]


async def test_a_worker_asked_to_stop_ends_cleanly_and_the_next_goes_on(
    services, hook, gateway_worker
):
    await hook.open()
    assert await asyncio.to_thread(gateway_worker.stop) == 0
    sent = await services["finance"].emit(f"org:{BANK}", type_=hook.type)
    gateway_worker.start()
    await hook.outcome(sent, "delivered")
    assert hook.receiver.ids(hook.path) == [str(sent)]
    assert os.getpid() != gateway_worker.pid
