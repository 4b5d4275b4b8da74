"""An operator edits its own carrier; what the law wants reported is kept as history.

Changes are to be reported within three months (国科发区〔2018〕300号, domain.md 5): a later report is taken
and marked. Tier, brands, titles and workstations are not the operator's to write.
"""

from datetime import date
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy.ext.asyncio import AsyncSession

from kit.auth import Actor
from kit.clock import Clock
from kit.errors import FieldError, InvalidRequest, NotFound, StaleEtag
from services.carriers.carriers import store
from services.carriers.carriers.schemas import CarrierProfile
from services.carriers.carriers.words import words_of

REPORTED = ("name", "address", "area_m2", "workstation_area_m2", "public_area_m2", "field")
"""The changes that have to be reported; the rest (introduction, spaces …) is the operator's own."""
REPORT_MONTHS = 3


def is_late(changed_on: date, *, today: date) -> bool:
    """Whether a change is reported more than three months after it happened."""
    return today > changed_on + relativedelta(months=REPORT_MONTHS)


async def edit_profile(
    session: AsyncSession,
    key: UUID | str,
    sent: CarrierProfile,
    *,
    actor: Actor,
    version: int,
    clock: Clock,
) -> Any:
    """The carrier's row after the edit. Raises NotFound (also another's), StaleEtag, InvalidRequest."""
    row = await store.find_own(session, key, actor, lock=True)
    if row is None:
        raise NotFound
    if row.version != version:
        raise StaleEtag(
            extra={"current": {"reference": row.reference, "version": row.version}},
            headers={"ETag": f'"{row.version}"'},
        )
    today = clock.today()
    if sent.changed_on > today:
        raise InvalidRequest(errors=[FieldError(pointer="/changed_on", code="in_the_future")])
    values = sent.model_dump(exclude={"changed_on"})
    values["fields"], values["spaces"] = sorted(set(sent.fields)), sorted(set(sent.spaces))
    changed = {
        name: [getattr(row, name), values[name]]
        for name in REPORTED
        if getattr(row, name) != values[name]
    }
    values |= vars(words_of(sent.name, sent.address))
    if not await store.update_carrier(session, row.id, row.version, values):
        raise StaleEtag
    if changed:
        entry = {
            "carrier_id": row.id,
            "version": row.version + 1,
            "changed": changed,
            "changed_on": sent.changed_on,
            "reported_at": clock.now(),
            "reported_by": actor.sub,
            "late": is_late(sent.changed_on, today=today),
        }
        await store.append_change(session, entry)
    return await store.find_own(session, row.id, actor)
