"""Hears of licences that name a grant: the firm is noted at the address, and its team's tenancy is told."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.registration import LicenceIssued
from kit.auth import SYSTEM
from kit.cases import service as cases
from kit.clock import shanghai_date
from kit.inbox import Incoming
from kit.jobs import JobContext, defer
from services.carriers.addresses import store
from services.carriers.jobs import inbox, jobs
from services.carriers.tenancies.workflow import STAYING

LINK_JOB = "tenancies.link_firm"


@inbox.consumes("registration.licence.issued.v1", consumer="carriers-address-uses")
async def note_use(session: AsyncSession, event: Incoming) -> None:
    """A licence by a grant: what it changes in the tenancy's case follows as a job."""
    licence = LicenceIssued.model_validate(event.data)
    if licence.address_grant is None:
        return
    grant = await store.by_code(session, licence.address_grant)
    if grant is None:
        return
    values = {
        "grant_id": grant.id,
        "uscc": licence.uscc,
        "enterprise_name": licence.enterprise_name,
        "since_on": (
            licence.established_on if licence.licence_version == 1 else shanghai_date(event.time)
        ),
    }
    await store.remember_use(session, values)
    args = {
        "tenancy_id": str(grant.tenancy_id),
        "uscc": licence.uscc,
        "name": licence.enterprise_name,
    }
    await defer(session, LINK_JOB, args)


@jobs.task(LINK_JOB)
async def link_firm(context: JobContext, *, tenancy_id: str, uscc: str, name: str) -> None:
    """苗圃 → 孵化器: the team's tenancy gets the code of its first firm. Idempotent."""
    state: Any = context.state
    async with context.transaction() as session:
        case = await cases.load(
            state, session, state.matters, SYSTEM, UUID(tenancy_id), if_match=None
        )
        if case.case.state in STAYING and not case.case.facts.get("uscc"):
            await cases.act(case, "link_firm", {"uscc": uscc, "name": name})
