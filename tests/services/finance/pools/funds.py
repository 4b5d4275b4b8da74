"""What must hold of pools and budgets at any moment, and small pools to try things on."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from kit.auth import Actor
from kit.db import Database
from kit.workdays import WorkCalendar
from services.finance.pools.rules import Share, Shares
from services.finance.pools.seed import SIGNATORIES, give, open_budget, open_pool
from services.finance.pools.vouchers.desk import Desk
from services.finance.pools.vouchers.rules import Place
from tests.services.finance.ledger.books import BROKEN as BOOKS
from tests.services.finance.ledger.books import check

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
AT = {"now": NOW, "today": TODAY}
CLASS_A = Shares.of_percent(province=40, city=40, county=0, bank=20)

BROKEN: dict[str, str] = {
    "the money of a share is what its account holds": """
        SELECT r.pool_code, r.share FROM risk_pool_shares r JOIN ledger_accounts a ON a.code = r.account_code
        WHERE a.posted_fen <> r.contributed_fen - r.compensated_fen + r.returned_fen""",
    "reserved is within pool times leverage": """
        SELECT pool_code, share FROM risk_pool_shares
        WHERE reserved_fen > contributed_fen * leverage OR reserved_fen < 0""",
    "reserved is the sum of the covers": """
        SELECT r.pool_code, r.share FROM risk_pool_shares r LEFT JOIN (
          SELECT c.pool_code, s.share, sum(s.reserved_fen) AS reserved
          FROM cover_shares s JOIN cover_reservations c USING (loan_reference) GROUP BY 1, 2
        ) m ON m.pool_code = r.pool_code AND m.share = r.share
        WHERE r.reserved_fen <> coalesce(m.reserved, 0)""",
    "a cover's parts are its rates of what is outstanding": """
        SELECT loan_reference FROM cover_shares s JOIN cover_reservations c USING (loan_reference)
        WHERE s.reserved_fen <> trunc(s.rate * c.outstanding_fen)""",
    "exposure is what is covered and what is lost": """
        SELECT p.code FROM risk_pools p LEFT JOIN (
          SELECT pool_code, sum(fen) AS exposure, sum(fen) FILTER (WHERE bad) AS npl FROM (
            SELECT pool_code, outstanding_fen AS fen, non_performing AS bad FROM cover_reservations
            UNION ALL
            SELECT pool_code, greatest(base_fen - recovered_fen, 0), true FROM compensations
            WHERE clawed_back_on IS NULL
          ) s GROUP BY pool_code
        ) m ON m.pool_code = p.code
        WHERE (p.exposure_fen, p.npl_fen) <> (coalesce(m.exposure, 0), coalesce(m.npl, 0))""",
    "compensation is within min(share, cap) of the net loss": """
        SELECT c.claim_reference FROM compensations c JOIN risk_pools p ON p.code = c.pool_code
        JOIN cover_reservations r USING (loan_reference)
        JOIN (SELECT claim_reference, sum(paid_fen - returned_fen) AS net
              FROM compensation_shares GROUP BY 1) s USING (claim_reference)
        WHERE s.net > least(1 - r.bank_rate, p.compensation_cap)
          * CASE WHEN c.clawed_back_on IS NULL THEN greatest(c.base_fen - c.recovered_fen, 0) ELSE 0 END""",
    "a loan is not compensated beyond its principal": """
        SELECT r.loan_reference FROM cover_reservations r
        LEFT JOIN (SELECT loan_reference, sum(base_fen) AS base FROM compensations GROUP BY 1) c
          USING (loan_reference)
        WHERE r.compensated_fen <> coalesce(c.base, 0)
          OR r.compensated_fen + r.outstanding_fen > r.principal_fen""",
    "what was paid and returned is what the shares of the claims say": """
        SELECT r.pool_code, r.share FROM risk_pool_shares r LEFT JOIN (
          SELECT c.pool_code, s.share, sum(s.paid_fen) AS paid, sum(s.returned_fen) AS returned
          FROM compensation_shares s JOIN compensations c USING (claim_reference) GROUP BY 1, 2
        ) m ON m.pool_code = r.pool_code AND m.share = r.share
        WHERE (r.compensated_fen, r.returned_fen) <> (coalesce(m.paid, 0), coalesce(m.returned, 0))""",
    "paid, obligated, committed, appropriated are in order": """
        SELECT code FROM budgets WHERE NOT (0 <= paid_fen AND paid_fen <= obligated_fen
          AND obligated_fen <= committed_fen AND committed_fen <= appropriated_fen)""",
    "a budget is the sum of its commitments": """
        SELECT b.code FROM budgets b LEFT JOIN (
          SELECT budget_code, sum(committed_fen) AS c, sum(obligated_fen) AS o, sum(paid_fen) AS p,
            sum(refunded_fen) AS r FROM budget_items GROUP BY 1
        ) m ON m.budget_code = b.code
        WHERE (b.committed_fen, b.obligated_fen, b.paid_fen, b.refunded_fen)
          <> (coalesce(m.c, 0), coalesce(m.o, 0), coalesce(m.p, 0), coalesce(m.r, 0))""",
    "a share was given what its vouchers say": """
        SELECT r.pool_code, r.share FROM risk_pool_shares r LEFT JOIN (
          SELECT pool_code, share, sum(amount_fen * CASE WHEN reverses IS NULL THEN 1 ELSE -1 END) AS given
          FROM vouchers WHERE state = 'confirmed' AND pool_code IS NOT NULL GROUP BY 1, 2
        ) m ON m.pool_code = r.pool_code AND m.share = r.share
        WHERE r.contributed_fen <> coalesce(m.given, 0)""",
    "a budget was given what its vouchers say": """
        SELECT b.code FROM budgets b LEFT JOIN (
          SELECT budget_code, sum(amount_fen * CASE WHEN reverses IS NULL THEN 1 ELSE -1 END) AS given
          FROM vouchers WHERE state = 'confirmed' AND budget_code IS NOT NULL GROUP BY 1
        ) m ON m.budget_code = b.code
        WHERE b.appropriated_fen <> coalesce(m.given, 0)""",
    "two people confirmed every voucher": """
        SELECT id FROM vouchers WHERE state = 'confirmed' AND (settled_by = proposed_by
          OR settled_by_person = proposed_by_person)""",
    "a voucher is in the books as it says": """
        SELECT v.id FROM vouchers v LEFT JOIN ledger_transactions t ON t.reference = v.entry
        WHERE v.reverses IS NULL AND t.status IS DISTINCT FROM CASE v.state
          WHEN 'proposed' THEN 'pending' WHEN 'confirmed' THEN 'posted' ELSE 'voided' END""",
    "a reversal is in the books once it is confirmed": """
        SELECT v.entry FROM vouchers v LEFT JOIN ledger_transactions t ON t.reference = v.entry
        WHERE v.reverses IS NOT NULL GROUP BY v.entry
        HAVING bool_or(v.state = 'confirmed') <> bool_or(t.status IS NOT DISTINCT FROM 'posted')
          OR count(*) FILTER (WHERE v.state = 'confirmed') > 1""",
    "the money of a budget is what its account holds": """
        SELECT b.code FROM budgets b JOIN ledger_accounts a ON a.code = b.account_code
        WHERE a.posted_fen <> b.appropriated_fen - b.paid_fen + b.refunded_fen""",
}  # fmt: skip


FIRST, SECOND = SIGNATORIES
CALENDAR = WorkCalendar()


def desk(session: AsyncSession, who: Actor) -> Desk:
    """Somebody of the treasury at the moment of these tests."""
    return Desk(session, who, NOW, TODAY, CALENDAR)


async def given(session: AsyncSession, place: Place, reference: str, amount_fen: int) -> None:
    """Money is there: one person proposed it and another confirmed it."""
    first, second = desk(session, FIRST), desk(session, SECOND)
    await give(first, second, place, reference=reference, amount_fen=amount_fen)


async def check_funds(database: Database) -> None:
    """Every rule of the books, the pools and the budgets. Fails with those that are broken."""
    await check(database, BOOKS | BROKEN)


async def a_pool(database: Database, code: str, *, money: dict[Share, int], **changes: Any) -> None:
    """A pool with that much in each share, leverage 10, cap 0.8, stopped at 50 % of 10 m yuan."""
    values: dict[str, Any] = {
        "leverage": Decimal(10),
        "compensation_cap": Decimal("0.8"),
        "npl_stop_rate": Decimal("0.5"),
        "npl_judged_from_fen": 10_000_000_00,
        "title": ("测试资金池", "Test pool"),
        "region_code": "980000",
    }
    async with database.transaction() as session:
        await open_pool(session, code, shares=tuple(money), **(values | changes), **AT)
        for share, amount in money.items():
            if amount:
                await given(session, Place(code, share), f"{code}-{share}", amount)


async def a_budget(database: Database, code: str, *, money: int) -> None:
    async with database.transaction() as session:
        await open_budget(
            session, code, title=("测试预算", "Test budget"), region_code="980100",
            fiscal_year=2026, now=NOW,
        )  # fmt: skip
        if money:
            await given(session, Place(budget_code=code), f"{code}-1", money)
