"""Periodic work of filings: whoever is asked to sign and forgets is reminded."""

from datetime import timedelta

from kit.auth import SYSTEM
from kit.cases import service as cases
from kit.jobs import JobContext
from services.registration.filings import assessing, store  # noqa: F401  registers its job
from services.registration.jobs import jobs

REMINDER_DAYS = 3


@jobs.periodic("filings.remind", cron="0 1 * * *")
async def remind_signers(context: JobContext) -> None:
    """Each morning at nine in Shanghai: whoever has let three days pass is reminded."""
    before = context.state.clock.now() - timedelta(days=REMINDER_DAYS)
    async with context.transaction() as session:
        waiting = await store.cases_to_remind(session, before)
    for case_id in waiting:
        async with context.transaction() as session:
            case = await cases.load(
                context.state, session, context.state.matters, SYSTEM, case_id, if_match=None
            )
            if case.matter.workflow.find("remind", case.case.state):
                await cases.act(case, "remind", {})
