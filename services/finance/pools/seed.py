"""The demonstration's pool and budgets, with demonstration money. May run again: nothing is doubled.

No figure here is public (domain.md 4: shares and caps could not be read); all are labelled 演示.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from kit.auth import Actor
from services.finance.pools import store
from services.finance.pools.accounts import (
    budget_account,
    open_budget_accounts,
    open_pool_accounts,
    pool_account,
)
from services.finance.pools.budgets.store import insert_budget
from services.finance.pools.rules import Share
from services.finance.pools.vouchers import service as vouchers
from services.finance.pools.vouchers.desk import Desk, desk_for
from services.finance.pools.vouchers.errors import VoucherExists
from services.finance.pools.vouchers.rules import Place

DEMO_SOURCE = "演示参数"
POOL = "suke-980000"
BUDGET = "tech-insurance"
YEARS_AHEAD = 10
"""The sandbox clock is moved past the ends of years; a year without a budget approves no subsidy."""
_SINCE = date(2026, 1, 1)
SIGNATORIES = tuple(
    Actor(
        sub=f"demo:treasury-{n}",
        client_id="seed",
        issuer="seed",
        roles=frozenset({"officer"}),
        org="treasury",
        regions=("980000",),
        name=f"演示财政人员{word}",
    )
    for n, word in ((1, "一"), (2, "二"))
)
"""Nobody can sign in as these; they only show who gave the demonstration's money."""
_CONTRIBUTIONS: dict[Share, int] = {
    "province": 60_000_000_00,
    "city": 40_000_000_00,
    "county": 10_000_000_00,
}
_APPROPRIATED_FEN = 5_000_000_00


async def seed_pools(state: Any) -> None:
    """Pool `suke-980000` and a budget `tech-insurance-…` for each year since 2026 and a decade ahead."""
    now, today = state.clock.now(), state.clock.today()
    async with state.database.transaction() as session:
        await open_pool(
            session,
            POOL,
            title=("云川省科技贷款风险补偿资金池（演示）", "Yunchuan tech loan risk pool (demo)"),
            region_code="980000",
            shares=tuple(_CONTRIBUTIONS),
            leverage=Decimal(10),
            compensation_cap=Decimal("0.8"),
            npl_stop_rate=Decimal("0.08"),
            npl_judged_from_fen=200_000_000_00,
            now=now,
            today=_SINCE,
        )
        for share, amount in _CONTRIBUTIONS.items():
            place = Place(pool_code=POOL, share=share)
            await _fund(state, session, place, f"demo-{share}", amount)
        for year in years(today):
            await _fund_year(state, session, year)


def years(today: date) -> range:
    """The years that have a budget in the demonstration."""
    return range(_SINCE.year, max(today.year, _SINCE.year) + YEARS_AHEAD + 1)


async def _fund_year(state: Any, session: AsyncSession, year: int) -> None:
    code = f"{BUDGET}-{year}"
    await open_budget(
        session,
        code,
        title=(
            f"{year}年科技保险保费补贴（演示）",
            f"Tech insurance premium subsidies {year} (demo)",
        ),
        region_code="980100",
        fiscal_year=year,
        now=state.clock.now(),
    )
    await _fund(state, session, Place(budget_code=code), "demo", _APPROPRIATED_FEN)


async def _fund(
    state: Any, session: AsyncSession, place: Place, reference: str, amount_fen: int
) -> None:
    """Demonstration money is given once, as all money is: by two people, here two invented ones."""
    first, second = (desk_for(state, session, who) for who in SIGNATORIES)
    await give(first, second, place, reference=reference, amount_fen=amount_fen)


async def give(first: Desk, second: Desk, place: Place, *, reference: str, amount_fen: int) -> None:
    """One person proposes and another confirms, unless the voucher is there."""
    try:
        made = await vouchers.propose(first, place, reference=reference, amount_fen=amount_fen)
    except VoucherExists:
        return
    await vouchers.confirm(second, made.id, version=made.version)


async def open_pool(
    session: AsyncSession,
    code: str,
    *,
    title: tuple[str, str],
    region_code: str,
    shares: Sequence[Share],
    leverage: Decimal,
    compensation_cap: Decimal,
    npl_stop_rate: Decimal,
    npl_judged_from_fen: int,
    now: datetime,
    today: date,
    target_fen: tuple[int, int] | None = None,
) -> None:
    """A pool with its shares and accounts, unless it is there. Parameters hold from `today`."""
    for share in shares:
        await open_pool_accounts(session, code, share, title=title, now=now)
    values = {
        "code": code,
        "title_zh": title[0],
        "title_en": title[1],
        "region_code": region_code,
        "leverage": leverage,
        "compensation_cap": compensation_cap,
        "npl_stop_rate": npl_stop_rate,
        "npl_judged_from_fen": npl_judged_from_fen,
        "target_min_fen": target_fen[0] if target_fen else None,
        "target_max_fen": target_fen[1] if target_fen else None,
        "parameters_from": today,
        "source_document": DEMO_SOURCE,
        "is_demo": True,
    }
    await store.insert_pool(session, values)
    for share in shares:
        await store.insert_share(
            session, code, share, leverage=leverage, account_code=pool_account(code, share)
        )


async def open_budget(
    session: AsyncSession,
    code: str,
    *,
    title: tuple[str, str],
    region_code: str,
    fiscal_year: int,
    now: datetime,
) -> None:
    """A budget with its accounts, unless it is there."""
    await open_budget_accounts(session, code, title=title, now=now)
    values = {
        "code": code,
        "title_zh": title[0],
        "title_en": title[1],
        "region_code": region_code,
        "fiscal_year": fiscal_year,
        "account_code": budget_account(code),
        "is_demo": True,
    }
    await insert_budget(session, values)
