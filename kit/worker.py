"""The second process of a service: outbox relay, event subscribers and jobs, side by side.

Any of them may lose its engine and waits for it; SIGTERM ends all three cleanly.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import structlog

from kit.db import Database
from kit.inbox import Inbox, run_inbox
from kit.jobs import Jobs, run_jobs
from kit.outbox import Relay
from kit.sandbox import follow
from kit.settings import ServiceSettings
from kit.sweeping import attach_sweeps

log = structlog.get_logger(__name__)
Prepare = Callable[[Any], Awaitable[None]]
Task = Callable[[Any], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Worker:
    """What one service's worker runs. `prepare` may add clients to the state, `close` ends them; `tasks`
    run until cancelled, beside the relay, the jobs and the inbox."""

    jobs: Jobs
    inbox: Inbox
    prepare: tuple[Prepare, ...] = field(default_factory=tuple)
    close: tuple[Prepare, ...] = field(default_factory=tuple)
    tasks: tuple[Task, ...] = ()


async def run_worker(service: Any, settings: ServiceSettings) -> None:
    """Runs until SIGTERM or SIGINT."""
    from kit.http import prepare_state

    worker: Worker = service.worker
    attach_sweeps(worker.jobs)
    state = SimpleNamespace()
    await prepare_state(state, service, settings)
    for step in worker.prepare:
        await step(state)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    database: Database = state.database
    relay = Relay(
        service=service.name, database_url=settings.database_url, nats_url=settings.nats_url
    )
    app = worker.jobs.procrastinate_app(settings.database_url, state)
    tasks = [
        asyncio.create_task(relay.run(), name="relay"),
        asyncio.create_task(run_jobs(app), name="jobs"),
    ]
    clock = follow(state)
    if clock is not None:
        tasks.append(clock)
    if worker.inbox.consumers:
        inbox = run_inbox(worker.inbox, settings.nats_url, database)
        tasks.append(asyncio.create_task(inbox, name="inbox"))
    tasks += [asyncio.create_task(run(state), name=run.__name__) for run in worker.tasks]
    log.info("worker_started", service=service.name, jobs=len(worker.jobs.tasks))
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=8)
    for step in worker.close:
        await step(state)
    await database.close()
    log.info("worker_stopped", service=service.name)
