"""A service in numbers: Prometheus' text at `/health/metrics`, for this host only.

How long requests take is counted by the process itself; what is wrong is asked of the database.
"""

from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.types import Scope

from kit.tables import case_deadlines, outbox, parked_events

_AGE = text(
    "SELECT coalesce(extract(epoch FROM now() - min(occurred_at)), 0)"
    " FROM outbox WHERE published_at IS NULL"
)
_COUNT_FAILED = text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")


REQUESTS = Histogram(
    "yichuang_http_request_seconds",
    "How long a request took, by route and class of status",
    ["method", "route", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)


def count_request(scope: Scope, *, method: str, status: int, seconds: float) -> None:
    """One request. What met no route is counted together: an address that somebody made up is no label."""
    route = getattr(scope.get("route"), "path", "none")
    REQUESTS.labels(method, route, f"{status // 100}xx").observe(seconds)


async def measure(connection: AsyncConnection, service: str) -> bytes:
    """Events parked and untold, jobs that failed, clocks put off, and the age of what waits longest: one
    gauge each; after them this process's requests."""
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
        ("untold_seconds", "Age of the oldest event that waits to be published", _AGE),
    ):
        gauge = Gauge(f"yichuang_{name}", said, ["service"], registry=registry)
        gauge.labels(service).set((await connection.execute(query)).scalar_one())
    return generate_latest(registry) + generate_latest()
