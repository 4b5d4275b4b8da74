"""What is wrong in a service, in numbers: Prometheus' text at `/health/metrics`, for this host only."""

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.tables import case_deadlines, outbox, parked_events

_COUNT_FAILED = text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")


async def measure(connection: AsyncConnection, service: str) -> bytes:
    """Events parked and untold, jobs that failed, clocks put off: one gauge each."""
    open_ones = select(func.count()).where(parked_events.c.state == "parked")
    late = select(func.count()).where(
        case_deadlines.c.status == "running", case_deadlines.c.failures > 0
    )
    untold = select(func.count()).where(outbox.c.published_at.is_(None))
    registry = CollectorRegistry()
    for name, said, query in (
        ("parked_events", "Events that could not be taken and wait for somebody", open_ones),
        ("failed_jobs", "Jobs that were tried as often as they may be", _COUNT_FAILED),
        ("deadlines_put_off", "Legal deadlines that could not be moved", late),
        ("untold_events", "Events that wait to be published", untold),
    ):
        gauge = Gauge(f"yichuang_{name}", said, ["service"], registry=registry)
        gauge.labels(service).set((await connection.execute(query)).scalar_one())
    return generate_latest(registry)
