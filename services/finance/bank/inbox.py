"""The pull inbox: how a bank that cannot receive webhooks hears of things.

    await inbox.notify(session, bank="qingyu-example-bank", kind="application.assigned",
                       subject=("新的贷款申请 L2026…", "New loan application L2026…"),
                       href=f"/api/finance/bank/v1/applications/{case_id}", now=context.now)

Call it in the cause's own transaction: the message exists exactly when its cause does. A message is thin:
a kind, a subject without personal data, a link in the bank API. It comes again until acknowledged.
"""

import uuid
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.finance.bank.tables import BankMessage

_MESSAGES = BankMessage.__table__  # type: ignore[attr-defined]  # SQLModel hides it from mypy


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
    message = {
        "id": uuid.uuid4(),
        "bank": bank,
        "kind": kind,
        "subject_zh": subject[0],
        "subject_en": subject[1],
        "href": href,
        "created_at": now,
    }
    await session.execute(insert(_MESSAGES), message)
    return uuid.UUID(str(message["id"]))
