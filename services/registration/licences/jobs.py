"""What happens after a licence is issued: its PDF is set, signed and kept. Idempotent."""

import asyncio
import hashlib
from datetime import UTC, datetime
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from kit.jobs import JobContext
from services.registration.jobs import jobs
from services.registration.licences import document, pades, pdf, qr, store
from services.registration.licences.issuing import RENDER
from services.registration.licences.key_service import Signer, active_key, ensure_authority
from services.registration.licences.service import summary_of

log = structlog.get_logger(__name__)


@jobs.task(RENDER, attempts=10, base_seconds=2)
async def render_licence(context: JobContext, *, licence_id: str) -> None:
    """Print and sign one licence's PDF; a repeat finds it there and does nothing.

    A character that no font has fails at every attempt and stays in the queue as a failed job: the
    licence itself is valid as data, and whoever adds the font retries the job.
    """
    signer = Signer.of(context.state)
    wanted = UUID(licence_id)
    async with context.transaction() as session:
        query = select(store.LICENCES).where(store.LICENCES.c.id == wanted)
        row = (await session.execute(query)).first()
        if row is None or await store.find_pdf(session, wanted) is not None:
            return
        key = await active_key(session, signer)
    authority_id, authority = await ensure_authority(context.database, signer)
    token = qr.paper_token(summary_of(row), key=key)
    whole = document.LicenceDocument.model_validate_json(row.payload)

    def make() -> bytes:
        plain = pdf.render_licence(whole, jws=row.jws, qr_token=token, public_url=signer.public_url)
        return pades.sign_pdf(plain, authority=authority, reason="营业执照核发")

    content = await asyncio.to_thread(make)
    values = {
        "licence_id": wanted,
        "authority_id": authority_id,
        "content": content,
        "digest": hashlib.sha256(content).hexdigest(),
        "printed_at": datetime.now(UTC),
    }
    async with context.transaction() as session:
        await session.execute(insert(store.PDFS).values(values).on_conflict_do_nothing())
    log.info("licence_printed", licence=licence_id, bytes=len(content))
