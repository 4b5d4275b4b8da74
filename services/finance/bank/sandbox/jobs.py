"""The sandbox's one job: a persona answers its bank."""

from uuid import UUID

from kit.jobs import JobContext
from services.finance.bank.sandbox import service
from services.finance.jobs import jobs


@jobs.task(service.ANSWER, attempts=5)
async def persona_answers(context: JobContext, *, application_id: str, sub: str) -> None:
    """Answers the bank's request for information."""
    await service.answer(context, application_id=UUID(application_id), sub=sub)
