"""Use cases: take a bank's figures of a day, compare, and keep the register of breaks."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from kit.auth import Actor
from services.finance.bank import inbox
from services.finance.bank.access import bank_of
from services.finance.bank.paths import PREFIX
from services.finance.bank.reconciliation import store
from services.finance.bank.reconciliation.errors import (
    BusinessDateNotReached,
    StatementSuperseded,
)
from services.finance.bank.reconciliation.figures import figures_of
from services.finance.bank.reconciliation.rules import Break, compare
from services.finance.bank.reconciliation.schemas import (
    ReconciliationView,
    StatementRow,
    break_view,
)


def require_reached(day: date, *, today: date) -> None:
    """Raises BusinessDateNotReached for a day in the future."""
    if day > today:
        raise BusinessDateNotReached(extra={"today": today.isoformat()})


async def take_statement(
    session: AsyncSession, state: Any, actor: Actor, rows: Sequence[StatementRow], *, day: date
) -> ReconciliationView:
    """Compares a bank's figures with ours and updates the register of breaks, in one transaction.

    A break that is still there keeps its first day; one that is not there any more is resolved. Raises
    BusinessDateNotReached 422, StatementSuperseded 409 where a later day was sent before.
    """
    bank, today = bank_of(actor), state.clock.today()
    require_reached(day, today=today)
    newest = await store.hold_statements(session, bank=bank)
    if newest is not None and newest > day:
        raise StatementSuperseded(existing={"href": _href(newest), "reference": str(newest)})
    theirs = [row.model_dump() for row in rows]
    async with state.database.snapshot() as moment:
        ours = await figures_of(moment, bank=bank, on=day)
    found = compare(ours, theirs, bank=bank)
    await store.add_statement(session, _statement(state, actor, theirs, day=day, bank=bank))
    resolved, fresh = await _settle(session, found, bank=bank, day=day)
    if fresh:
        await _tell(session, state, bank, day, fresh)
    shown = list(await store.open_breaks(session, bank=bank))
    shown.sort(key=lambda row: (row.opened_on, row.bank_reference, row.field))
    broken = {each.bank_reference for each in found}
    return ReconciliationView(
        business_date=day,
        loans=len(ours),
        matched=sum(row["bank_reference"] not in broken for row in ours),
        resolved=resolved,
        breaks=[break_view(row, today=today) for row in shown],
    )


def _href(day: date) -> str:
    return f"{PREFIX}/reconciliations/{day.isoformat()}"


def _statement(
    state: Any, actor: Actor, rows: Sequence[Any], *, day: date, bank: str
) -> dict[str, Any]:
    return {
        "id": uuid.uuid4(),
        "bank": bank,
        "business_date": day,
        "rows": len(rows),
        "digest": hashlib.sha256(orjson.dumps(rows)).hexdigest(),
        "uploaded_by": actor.sub,
        "uploaded_at": state.clock.now(),
    }


async def _settle(
    session: AsyncSession, found: Sequence[Break], *, bank: str, day: date
) -> tuple[int, int]:
    """Brings the register to what was found; returns how many were resolved and how many are new."""
    known = {
        (row.bank_reference, row.field): row for row in await store.open_breaks(session, bank=bank)
    }
    seen = {each.key: each for each in found}
    for key, row in known.items():
        now = seen.get(key)
        if now is None:
            values: dict[str, Any] = {"state": "resolved", "resolved_on": day}
        else:
            values = {"kind": now.kind, "ours": now.ours, "theirs": now.theirs, "last_seen_on": day}
        await store.change_break(session, row.id, values)
    fresh = [each for key, each in seen.items() if key not in known]
    await store.add_breaks(session, [_new(each, bank=bank, day=day) for each in fresh])
    return sum(key not in seen for key in known), len(fresh)


def _new(each: Break, *, bank: str, day: date) -> dict[str, Any]:
    return {
        "id": uuid.uuid4(),
        "bank": bank,
        "kind": each.kind,
        "bank_reference": each.bank_reference,
        "loan_id": each.loan_id,
        "field": each.field,
        "ours": each.ours,
        "theirs": each.theirs,
        "owner": each.owner,
        "state": "open",
        "opened_on": day,
        "last_seen_on": day,
    }


async def _tell(session: AsyncSession, state: Any, bank: str, day: date, fresh: int) -> None:
    await inbox.notify(
        session,
        bank=bank,
        kind="reconciliation.broken",
        subject=(
            f"{day.isoformat()} 对账发现 {fresh} 处新差异",
            f"{fresh} new differences in the reconciliation of {day.isoformat()}",
        ),
        href=f"{PREFIX}/reconciliation-breaks",
        now=state.clock.now(),
    )
