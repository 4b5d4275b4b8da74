"""The pull inbox: how a bank that cannot receive webhooks hears of things.

    await inbox.notify(session, bank="qingyu-example-bank", kind="application.assigned",
                       subject=("新的贷款申请 L2026…", "New loan application L2026…"),
                       href=f"/api/finance/bank/v1/applications/{case_id}", now=context.now)

Call it in the cause's own transaction: the message exists exactly when its cause does. A message is thin:
a kind, a subject without personal data, a link in the bank API. It comes again until acknowledged.

How long a message stays hidden after it was handed out is machine time, not business time: moving the
sandbox clock by a year must not hand everything out twice.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.finance.bank.tables import BankMessage

_MESSAGES = BankMessage.__table__  # type: ignore[attr-defined]  # SQLModel hides it from mypy
_TAKE = text("""
UPDATE bank_messages m
   SET visible_at = clock_timestamp() + make_interval(secs => :hidden), deliveries = deliveries + 1
  FROM (SELECT id FROM bank_messages
         WHERE bank = :bank AND acknowledged_at IS NULL AND visible_at <= clock_timestamp()
         ORDER BY sequence LIMIT :limit FOR UPDATE SKIP LOCKED) taken
 WHERE m.id = taken.id
RETURNING m.id, m.sequence, m.kind, m.subject_zh, m.subject_en, m.href, m.created_at, m.deliveries,
          m.visible_at
""")
_WAITING_AT_MOST = 1_000


async def notify(
    session: AsyncSession,
    *,
    bank: str,
    kind: str,
    subject: tuple[str, str],
    href: str,
    now: datetime,
) -> uuid.UUID:
    """Puts a message into a bank's inbox; returns its id.

    `bank` is an organisation code, `kind` a dotted past-tense code (`application.assigned`), `subject` the
    zh-CN and English line, `href` a path of the bank API, `now` the business instant.
    """
    message_id = uuid.uuid4()
    message = {
        "id": message_id,
        "bank": bank,
        "kind": kind,
        "subject_zh": subject[0],
        "subject_en": subject[1],
        "href": href,
        "created_at": now,
    }
    await session.execute(insert(_MESSAGES), message)
    return message_id


async def take(session: AsyncSession, *, bank: str, limit: int, hidden_s: int) -> Sequence[Any]:
    """Hands out up to `limit` waiting messages, oldest first, and hides them for `hidden_s` seconds.

    Two pullers of one bank never get the same message at once.
    """
    rows = await session.execute(_TAKE, {"bank": bank, "limit": limit, "hidden": hidden_s})
    return sorted(rows.all(), key=lambda row: row.sequence)


async def waiting(session: AsyncSession, *, bank: str) -> int:
    """How many messages are not acknowledged yet, handed out or not; counts to a thousand."""
    some = (
        select(_MESSAGES.c.id)
        .where(_MESSAGES.c.bank == bank, _MESSAGES.c.acknowledged_at.is_(None))
        .limit(_WAITING_AT_MOST)
        .subquery()
    )
    return int((await session.execute(select(func.count()).select_from(some))).scalar_one())


async def acknowledge(
    session: AsyncSession, *, bank: str, message_id: uuid.UUID, now: datetime
) -> datetime | None:
    """Ends a message; returns when it was first acknowledged, or None where this bank has no such one."""
    mine = (_MESSAGES.c.id == message_id, _MESSAGES.c.bank == bank)
    first = (
        update(_MESSAGES)
        .where(*mine, _MESSAGES.c.acknowledged_at.is_(None))
        .values(acknowledged_at=now)
    )
    await session.execute(first)
    found = await session.execute(select(_MESSAGES.c.acknowledged_at).where(*mine))
    at: datetime | None = found.scalar_one_or_none()
    return at
