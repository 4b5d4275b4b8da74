"""Issue a licence in the approving transaction, and end one; both with history and event.

`issue_licence` is called by the filing that approves; everything slow (the PDF) is a job that the same
transaction leaves behind. No HTTP here and no query that is not in `store.py`.
"""

import json
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events import registration as contract
from kit.auth import Actor
from kit.clock import shanghai_date
from kit.errors import NotFound, StaleEtag
from kit.jobs import defer
from kit.outbox import Event, emit
from services.registration.codes.rules import DEMO_REGION
from services.registration.licences import document, status_list, store
from services.registration.licences.errors import (
    LicenceContentDiffers,
    LicenceEnded,
    LicenceMoveImpossible,
)
from services.registration.licences.key_service import Signer, active_key
from services.registration.licences.schemas import LicenceView
from services.registration.licences.service import PATH, read_licence, status_list_uri
from services.registration.licences.status_list import LicenceStatus
from services.registration.licences.tables import Licence, LicenceHistory
from services.registration.licences.workflow import AUTHORITY, SYSTEM, WORKFLOW
from services.registration.register import service as register

RENDER = "licences.render"
_REGISTER_STATES = {"revoked": "revoked", "cancelled": "deregistered"}


async def issue_licence(
    session: AsyncSession,
    signer: Signer,
    *,
    case_id: UUID,
    content: document.LicenceContent,
    region_code: str,
    owner_sub: str,
    holder_persons: list[str],
    legal_representative: str | None = None,
    address_grant: str | None = None,
    now: datetime,
) -> Licence:
    """Sign and store the entity's next licence; idempotent per case.

    Call it in the transaction that approves. `now` is the business instant: the licence bears its day
    in Asia/Shanghai. `holder_persons` are person hashes of those who may fetch it;
    `legal_representative` is one of them, `address_grant` the code of a hosted address.
    The version before is superseded, the PDF is left to a job, the event goes to the outbox. Raises
    LicenceContentDiffers, LicenceEnded.
    """
    await store.lock_entity(session, content.uscc)
    known = await _issued_before(session, case_id, content)
    if known is not None:
        return known
    signed = await _sign(
        session,
        signer,
        content,
        version=await _supersede(session, content.uscc, now=now),
        issued_on=shanghai_date(now),
        is_demo=region_code.startswith(DEMO_REGION),
    )
    licence = Licence(
        case_id=case_id,
        region_code=region_code,
        owner_sub=owner_sub,
        holder_persons=sorted(set(holder_persons)),
        issued_at=now,
        **_columns(signed),
    )
    session.add(licence)
    await session.flush()
    _remember(session, licence, "issue", role=SYSTEM, sub=SYSTEM, reason=None, now=now)
    await _announce_issue(
        session,
        licence,
        content,
        legal_representative=legal_representative,
        address_grant=address_grant,
        now=now,
    )
    await defer(session, RENDER, {"licence_id": str(licence.id)})
    return licence


async def _issued_before(
    session: AsyncSession, case_id: UUID, content: document.LicenceContent
) -> Licence | None:
    """What this very case was given before. Raises LicenceContentDiffers where that says something else."""
    known = await store.find_by_case(session, case_id)
    if known is None:
        return None
    if json.loads(known.payload)["licence"] != content.model_dump(mode="json", exclude_none=True):
        raise LicenceContentDiffers(existing={"href": f"{PATH}/licences/{known.id}"})
    return known


async def _supersede(session: AsyncSession, uscc: str, *, now: datetime) -> int:
    """Ends the licence that stands, if one does; the next version. Raises LicenceEnded where the last one was
    revoked or cancelled."""
    before = await store.find_latest(session, uscc)
    if before is None:
        return 1
    if before.status != LicenceStatus.valid:
        raise LicenceEnded
    await _end(session, before, "supersede", role=SYSTEM, sub=SYSTEM, reason=None, now=now)
    return before.version + 1


class _Signed(NamedTuple):
    document: document.LicenceDocument
    payload: bytes
    jws: str
    kid: str


async def _sign(
    session: AsyncSession,
    signer: Signer,
    content: document.LicenceContent,
    *,
    version: int,
    issued_on: date,
    is_demo: bool,
) -> _Signed:
    """The whole document under a status index of its own, signed by the active key."""
    key = await active_key(session, signer)
    index = await store.next_status_index(session)
    uri = status_list_uri(signer, status_list.place(index)[0])
    whole = document.LicenceDocument(
        issuer=signer.public_url,
        licence_id=str(uuid4()),
        version=version,
        issued_on=issued_on,
        is_demo=is_demo,
        licence=content,
        status=document.Status(status_list=document.StatusListEntry(idx=index, uri=uri)),
    )
    jws = document.sign_document(whole, key=key)
    return _Signed(whole, document.canonical(whole), jws, key.kid)


def _columns(signed: _Signed) -> dict[str, Any]:
    """What a licence's row takes from its signed document."""
    whole = signed.document
    return {
        "id": UUID(whole.licence_id),
        "uscc": whole.licence.uscc,
        "version": whole.version,
        "status": LicenceStatus.valid.value,
        "revision": 1,
        "is_demo": whole.is_demo,
        "payload": signed.payload.decode(),
        "digest": document.digest(signed.payload),
        "jws": signed.jws,
        "kid": signed.kid,
        "status_index": whole.status.status_list.idx,
        "issued_on": whole.issued_on,
    }


def _remember(
    session: AsyncSession,
    licence: Licence,
    action: str,
    *,
    role: str,
    sub: str,
    reason: str | None,
    now: datetime,
) -> None:
    session.add(
        LicenceHistory(
            licence_id=licence.id,
            action=action,
            status=licence.status,
            at=now,
            actor_sub=sub,
            actor_role=role,
            reason=reason,
        )
    )


async def _announce_issue(
    session: AsyncSession,
    licence: Licence,
    content: document.LicenceContent,
    *,
    legal_representative: str | None,
    address_grant: str | None,
    now: datetime,
) -> None:
    data = contract.LicenceIssued(
        case_id=licence.case_id,
        uscc=licence.uscc,
        enterprise_name=content.name,
        region_code=licence.region_code,
        established_on=content.founded_on,
        licence_version=licence.version,
        legal_representative=legal_representative,
        address_grant=address_grant,
    )
    event = Event(
        type="registration.licence.issued.v1",
        aggregate=("licence", str(licence.id)),
        sequence=licence.revision,
        data=data,
        audience=["public"],
        occurred_at=now,
    )
    await emit(session, event)


async def _end(
    session: AsyncSession,
    licence: Licence,
    action: str,
    *,
    role: str,
    sub: str,
    reason: str | None,
    now: datetime,
) -> None:
    """One move of the workflow: status, history and event in the caller's transaction."""
    move = WORKFLOW.find(action, licence.status)
    if move is None or role not in move.by:
        raise LicenceMoveImpossible(extra={"status_now": licence.status})
    licence.status, licence.revision = move.target, licence.revision + 1
    licence.status_changed_at, licence.status_reason = now, reason
    await session.flush()
    _remember(session, licence, action, role=role, sub=sub, reason=reason, now=now)
    data = contract.LicenceEnded(
        licence_id=licence.id,
        uscc=licence.uscc,
        licence_version=licence.version,
        status=licence.status,
        ended_on=shanghai_date(now),
    )
    event = Event(
        type=f"registration.licence.{licence.status}.v1",
        aggregate=("licence", str(licence.id)),
        sequence=licence.revision,
        data=data,
        audience=["public"],
        occurred_at=now,
    )
    await emit(session, event)


async def cancel_licence(session: AsyncSession, uscc: str, *, reason: str, now: datetime) -> None:
    """End an entity's licence because the entity ends (注销登记); for filings. NotFound without one."""
    await store.lock_entity(session, uscc)
    licence = await store.find_latest(session, uscc)
    if licence is None:
        raise NotFound
    await _end(session, licence, "cancel", role=SYSTEM, sub=SYSTEM, reason=reason, now=now)
    await register.end_entity(session, uscc, state="deregistered", now=now)


async def end_licence(
    session: AsyncSession,
    actor: Actor,
    licence_id: UUID,
    action: str,
    *,
    revision: int,
    reason: str,
    now: datetime,
) -> LicenceView:
    """An officer's move (revoke, cancel); the register follows in the same transaction.

    Raises NotFound outside the officer's regions, StaleEtag, LicenceMoveImpossible.
    """
    if action not in WORKFLOW.actions():
        raise NotFound
    licence = await store.lock_governed(session, actor, licence_id)
    if licence is None:
        raise NotFound
    if licence.revision != revision:
        raise StaleEtag(
            extra={
                "present": (await read_licence(session, actor, licence_id)).model_dump(mode="json")
            }
        )
    await _end(session, licence, action, role=AUTHORITY, sub=actor.sub, reason=reason, now=now)
    state = _REGISTER_STATES[licence.status]
    await register.end_entity(session, licence.uscc, state=state, now=now)
    await session.flush()
    return await read_licence(session, actor, licence_id)
