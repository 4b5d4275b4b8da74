"""The batch's one job: a chunk of rows. It never gives up: what a database away stops, its return resumes."""

from uuid import UUID

from kit.jobs import JobContext
from services.finance.bank.batches.service import WORK, work_chunk
from services.finance.jobs import jobs


@jobs.task(WORK, attempts=100_000, cap_seconds=60)
async def work_batch(context: JobContext, *, operation_id: str) -> None:
    """Works the next rows of an operation."""
    await work_chunk(context, UUID(operation_id))
