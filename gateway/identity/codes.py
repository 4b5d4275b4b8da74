"""One-time codes: six digits, ten minutes, five tries, one use, for one purpose.

Asked for a number that nobody has, a row is written as for any other and nothing is sent: the caller cannot
tell. Strangers who ask in somebody's name use up the strangers' share only; a browser that signed in before
has its own. Must not know what a code opens.
"""

from __future__ import annotations

import hmac
import secrets
import uuid
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from gateway.identity import codes_store
from gateway.identity.errors import CodeRefused, TooManyAttempts
from gateway.identity.runtime import Identity
from gateway.identity.tables import AnyRow
from gateway.messages.rules import code_text
from gateway.messages.sending import plan_send

LIFE, TRIES = timedelta(minutes=10), 5
PER_HOUR, PER_DAY = 5, 10
TARGET = "one_time_codes.target_sealed"
RECOVER, CONTACT, EMAIL = "recover", "contact", "email"
"""What a code may be for: a forgotten password, another sign-in number, an e-mail address beside it."""


async def ask_code(
    identity: Identity,
    session: AsyncSession,
    *,
    purpose: str,
    subject: str,
    asked_from: str,
    account_id: uuid.UUID | None,
    address: str | None,
    target: str | None = None,
) -> uuid.UUID:
    """Write a code and send it to `address` (None: nobody's). The ticket to answer with.

    `subject` is a keyed hash of what it is for, `asked_from` of where the wish came from. Raises
    TooManyAttempts.
    """
    now = identity.now()
    hour, day, oldest = await codes_store.count_asked(
        session, purpose=purpose, subject=subject, asked_from=asked_from, now=now
    )
    if hour >= PER_HOUR or day >= PER_DAY:
        window = timedelta(hours=1) if hour >= PER_HOUR else timedelta(days=1)
        left = (oldest or now) + window - now
        raise TooManyAttempts(retry_after_s=max(1, min(86_400, int(left.total_seconds()))))
    ticket, code = uuid.uuid4(), f"{secrets.randbelow(10**6):06d}"
    await codes_store.add_code(
        session,
        {
            "id": ticket,
            "purpose": purpose,
            "subject": subject,
            "asked_from": asked_from,
            "account_id": account_id if address else None,
            "target_sealed": identity.vault.encrypt(target, context=TARGET) if target else None,
            "code_hash": _hash(identity, ticket, purpose, code),
            "tries": 0,
            "created_at": now,
            "expires_at": now + LIFE,
        },
    )
    if address:
        text = code_text(code, minutes=int(LIFE.total_seconds()) // 60)
        await plan_send(
            session, identity.vault, message_id=None, address=address, text=text, now=now
        )
    return ticket


async def use_code(
    identity: Identity,
    session: AsyncSession,
    *,
    ticket: uuid.UUID,
    purpose: str,
    code: str,
    account_id: uuid.UUID | None = None,
) -> AnyRow | CodeRefused:
    """The code's row, once. A refusal is returned, not raised: the try that it counted must stay.

    Each try is counted before the code is compared, by one statement that five of any number of racing
    tries pass. `account_id` is whose it must be, where somebody is signed in.
    """
    now = identity.now()
    row = await codes_store.count_try(session, ticket=ticket, purpose=purpose, tries=TRIES, now=now)
    digits = "".join(c for c in code if c.isdecimal() and c.isascii())
    shown = _hash(identity, ticket, purpose, digits)
    right = row is not None and hmac.compare_digest(shown, row.code_hash)
    if row is None or not right or row.account_id is None:
        return CodeRefused()
    if account_id is not None and row.account_id != account_id:
        return CodeRefused()
    used = await codes_store.use_up(session, ticket=ticket, now=now)
    return row if used else CodeRefused()


def _hash(identity: Identity, ticket: uuid.UUID, purpose: str, code: str) -> str:
    return identity.lookup_hash("code", f"{ticket}\x1f{purpose}\x1f{code}")
