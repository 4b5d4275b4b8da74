"""A registration service on a database of its own, with licences issued as an approval would."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from kit.jobs import JobContext
from services.registration.composition import SERVICE
from services.registration.licences.issuing import issue_licence
from services.registration.licences.jobs import render_licence
from services.registration.licences.key_service import Signer
from services.registration.licences.tables import Licence
from tests.fixtures.callers import Caller, Running, running
from tests.services.registration.licences.samples import content

HOLDER = "a" * 64


@dataclass
class Office:
    """What an approving filing does, and the people around a licence."""

    service: Running

    @property
    def state(self) -> Any:
        return self.service.app.state

    @property
    def signer(self) -> Signer:
        return Signer.of(self.state)

    async def issue(
        self, uscc: str, *, case_id: UUID | None = None, region: str = "980101", **changes: Any
    ) -> Licence:
        """A licence in a transaction of its own, as the approving one would."""
        async with self.state.database.transaction() as session:
            return await issue_licence(
                session,
                self.signer,
                case_id=case_id or uuid4(),
                content=content(uscc=uscc, **changes),
                region_code=region,
                owner_sub="founder-1",
                holder_persons=[HOLDER],
                now=self.state.clock.now(),
            )

    async def print(self, licence: Licence) -> None:
        """Runs the job that the issue left."""
        context = JobContext(self.state.database, self.state)
        await render_licence(context, licence_id=str(licence.id))

    @property
    def founder(self) -> Caller:
        return self.service.caller("founder", sub="founder-1")

    @property
    def legal_representative(self) -> Caller:
        return self.service.caller("founder", sub="other-account", person=HOLDER)

    @property
    def stranger(self) -> Caller:
        return self.service.caller("founder", sub="stranger", person="b" * 64)

    def officer(self, region: str = "980101") -> Caller:
        return self.service.caller("officer", sub=f"officer-{region}", regions=[region])

    @property
    def administrator(self) -> Caller:
        return self.service.caller("administrator", sub="admin-1")


@pytest.fixture(scope="module")
def urls(fresh_database: Callable[[str], Any]) -> Any:
    return fresh_database("registration")


@pytest.fixture(scope="module")
async def office(urls: Any) -> AsyncIterator[Office]:
    async with running(SERVICE, urls.app) as service:
        yield Office(service)
