"""The second process of a service: outbox relay, event subscribers and jobs, side by side.

Any of them may lose its engine and waits for it; SIGTERM ends all three cleanly.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import structlog

from kit import fence
from kit.db import Database
from kit.inbox import Inbox, run_inbox
from kit.jobs import Jobs, run_jobs
from kit.outbox import Relay
from kit.sandbox import follow
from kit.settings import ServiceSettings
from kit.sweeping import attach_sweeps

log = structlog.get_logger(__name__)
DIED = 3
"""The exit status of a worker of which a part ended that never ends by itself."""
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
    state.fence = fence.Standing.unchecked
    tasks = [asyncio.create_task(run, name=name) for name, run in _running(worker, state, settings)]
    clock = follow(state)
    if clock is not None:
        tasks.append(clock)
    log.info("worker_started", service=service.name, jobs=len(worker.jobs.tasks))
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
    dead = [task for task in tasks if task.done() and not task.cancelled()]
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=8)
    for step in worker.close:
        await step(state)
    await database.close()
    if dead:
        _tell_death(service.name, dead)
        raise SystemExit(DIED)
    log.info("worker_stopped", service=service.name)


def _running(
    worker: Worker, state: Any, settings: ServiceSettings
) -> Iterator[tuple[str, Coroutine[Any, Any, None]]]:
    """What runs side by side, by name. All but the fence itself waits until the fence is open."""

    async def behind_the_fence(work: Coroutine[Any, Any, None]) -> None:
        try:
            await fence.wait_open(state)
        except asyncio.CancelledError:
            work.close()
            raise
        await work

    async def allowed() -> None:
        if await fence.look(state) is fence.Standing.behind:
            raise fence.BehindStream(state.service.name)

    name, urls = state.service.name, (settings.database_url, settings.nats_url)
    relay = Relay(service=name, database_url=urls[0], nats_url=urls[1], allowed=allowed)
    jobs = run_jobs(worker.jobs.procrastinate_app(settings.database_url, state))
    yield "fence", fence.watch(state)
    yield "relay", behind_the_fence(relay.run())
    yield "jobs", behind_the_fence(jobs)
    if worker.inbox.consumers:
        yield (
            "inbox",
            behind_the_fence(run_inbox(worker.inbox, settings.nats_url, state.database)),
        )
    for run in worker.tasks:
        yield run.__name__, behind_the_fence(run(state))


def _tell_death(service: str, dead: Sequence[asyncio.Task[None]]) -> None:
    """Whoever watches the process starts it anew; what died is told, for nobody awaits it."""
    for task in dead:
        log.error(
            "worker_task_died", service=service, task=task.get_name(), exc_info=task.exception()
        )
