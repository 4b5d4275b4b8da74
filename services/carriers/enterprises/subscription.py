"""Hears of licences from registration and keeps the projection. Calls nobody."""

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.registration import LicenceIssued
from kit.inbox import Incoming
from services.carriers.enterprises.store import keep_newest
from services.carriers.jobs import inbox


@inbox.consumes("registration.licence.issued.v1", consumer="carriers-enterprises")
async def remember_enterprise(session: AsyncSession, event: Incoming) -> None:
    """Keep who is licensed; the inbox sees to it that each event counts once."""
    licence = LicenceIssued.model_validate(event.data)
    await keep_newest(
        session,
        uscc=licence.uscc,
        name=licence.enterprise_name,
        region_code=licence.region_code,
        established_on=licence.established_on,
        licence_version=licence.licence_version,
        at=event.time,
    )
