"""What identity does later: ask the authority again, rotate keys, forget what is over.

Every job may run twice. The worker has no `Identity` until `prepare_identity` made one on its state.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from gateway.identity import keys_store, sweep
from gateway.identity.accounts import finish_verification
from gateway.identity.runtime import Identity, Options
from gateway.jobs import jobs
from kit.jobs import JobContext, RetryLater, defer

VERIFY = "identity.verify_real_name"


async def ask_again(session: AsyncSession, account_id: uuid.UUID) -> None:
    """Defer the question in the transaction that writes the pending account."""
    await defer(
        session, VERIFY, {"account_id": str(account_id)}, queueing_lock=f"verify:{account_id}"
    )


@jobs.task(VERIFY, attempts=1000, base_seconds=2, cap_seconds=300)
async def verify_real_name(context: JobContext, *, account_id: str) -> None:
    """Until the authority answers: after 2 s, 4 s … at most every five minutes."""
    identity: Identity = context.state.identity
    if not await finish_verification(identity, account_id=uuid.UUID(account_id)):
        raise RetryLater(min(300, 2 ** min(context.attempt + 1, 9)), "the authority did not answer")


@jobs.periodic("identity.rotate_keys", cron="*/10 * * * *")
async def rotate_keys(context: JobContext) -> None:
    """Every ten minutes: promote, retire and forget what is due; nothing on most runs."""
    identity: Identity = context.state.identity
    async with context.transaction() as session:
        await keys_store.rotate(session, vault=identity.vault, now=identity.now())


@jobs.periodic("identity.sweep", cron="*/5 * * * *")
async def forget(context: JobContext) -> None:
    """Every five minutes: rows that can decide nothing any more."""
    identity: Identity = context.state.identity
    async with context.transaction() as session:
        await sweep.forget_past(session, now=identity.now())


async def prepare_identity(state: Any) -> None:
    """Worker.prepare: an Identity without the refresh loop; a worker signs nothing."""
    state.identity = Identity(Options.of(state.settings), state.database)


async def close_identity(state: Any) -> None:
    """Worker.close."""
    await state.identity.stop()
