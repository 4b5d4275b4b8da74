"""Read a licence and show it: views, the phone's code, the status list.

Issuing and ending are in `issuing.py`. No HTTP here and no query that is not in `store.py`.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from kit.errors import NotFound
from services.registration.licences import qr, status_list, store
from services.registration.licences.errors import LicenceNotValid
from services.registration.licences.key_service import Signer, active_key, read_active_key
from services.registration.licences.schemas import (
    LicenceContentView,
    LicenceEvent,
    LicenceMove,
    LicenceSummary,
    LicenceView,
    QrTokenView,
)
from services.registration.licences.status_list import LicenceStatus
from services.registration.licences.workflow import AUTHORITY, WORKFLOW

PATH = "/api/registration/v1"


def content_view(payload: str) -> LicenceContentView:
    """The signed content as a reply."""
    return LicenceContentView.model_validate(json.loads(payload)["licence"])


def summary_view(row: Any) -> LicenceSummary:
    values = {name: getattr(row, name) for name in LicenceSummary.model_fields if name != "name"}
    return LicenceSummary(name=json.loads(row.payload)["licence"]["name"], **values)


async def read_licence(
    connection: AsyncConnection | AsyncSession, actor: Actor, licence_id: UUID
) -> LicenceView:
    """One licence with its history and what the caller may do. Raises NotFound.

    To be read in a snapshot or in the transaction that changes it: its history is the revision.
    """
    row = await store.find_visible(connection, actor, licence_id)
    if row is None:
        raise NotFound
    history = await store.read_history(connection, licence_id)
    governs = actor.has("officer", "head") and row.region_code.startswith(actor.region_prefixes)
    allowed, _ = WORKFLOW.offers(row.status, (AUTHORITY,) if governs else (), {})
    href = f"{PATH}/licences/{row.id}/actions"
    return LicenceView(
        **summary_view(row).model_dump(),
        licence=content_view(row.payload),
        digest=row.digest,
        key_id=row.kid,
        status_index=row.status_index,
        status_reason=row.status_reason,
        status_changed_at=row.status_changed_at,
        is_printed=row.is_printed,
        history=[LicenceEvent.model_validate(entry) for entry in history],
        allowed_actions=[
            LicenceMove(action=m.action, requires=["reason"], href=f"{href}/{m.action}")
            for m in allowed
        ],
    )


def revision_of(view: LicenceView) -> int:
    """The ETag's number: a licence's revision is the number of its events."""
    return len(view.history)


async def make_phone_code(
    session: AsyncSession, signer: Signer, actor: Actor, licence_id: UUID
) -> QrTokenView:
    """A five-minute code for the holder's phone. Raises NotFound, LicenceNotValid.

    Its life is measured on the machine's clock, as that of every token.
    """
    row = await store.find_held(session, actor, licence_id)
    if row is None:
        raise NotFound
    if row.status != LicenceStatus.valid:
        raise LicenceNotValid
    now = datetime.now(UTC).replace(microsecond=0)
    key = await active_key(session, signer)
    token = qr.phone_token(summary_of(row), key=key, now=now, nonce=uuid4().hex[:12])
    url = qr.verify_url(signer.public_url, token)
    return QrTokenView(
        token=token,
        url=url,
        svg=qr.svg(url).decode(),
        expires_at=now + timedelta(seconds=qr.PHONE_LIFE_SECONDS),
    )


def summary_of(row: Any) -> qr.Summary:
    """What a QR of this licence says."""
    return qr.summarise(
        uscc=row.uscc,
        version=row.version,
        name=json.loads(row.payload)["licence"]["name"],
        status_index=row.status_index,
        digest_hex=row.digest,
    )


def status_list_uri(signer: Signer, number: int) -> str:
    return f"{signer.public_url}{PATH}/licence-status-lists/{number}"


async def read_status_list(connection: AsyncConnection, signer: Signer, number: int) -> str:
    """The signed status list. Raises NotFound for a list not begun yet.

    Built at each call (one index scan, some 2 ms): what it says is never older than its signature.
    """
    entries = await store.read_ended(connection, number)
    key = await read_active_key(connection, signer)
    if entries is None or key is None:
        raise NotFound
    data = status_list.build(entries)
    uri = status_list_uri(signer, number)
    return status_list.sign_list(data, uri=uri, key=key, now=datetime.now(UTC))


async def expand_licence(
    connection: AsyncConnection | AsyncSession, case: Any, actor: Actor, _: Any
) -> LicenceSummary | None:
    """`GET /cases/{id}?expand=licence`: what the case led to, if the caller may see that licence."""
    rows = await store.list_visible(
        connection, actor, uscc=None, case_id=case.id, status=None, after=None, limit=1
    )
    return summary_view(rows[0]) if rows else None
