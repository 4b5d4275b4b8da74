"""The accounts of a pool and of a budget in the books: their names, and opening them."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.finance.ledger.rules import AccountKind
from services.finance.ledger.service import open_account
from services.finance.pools.rules import Share

_LEVELS: dict[Share, tuple[str, str]] = {
    "province": ("省级", "province"),
    "city": ("市级", "city"),
    "county": ("县级", "county"),
}


def pool_account(code: str, share: Share) -> str:
    """The money of one level in a pool (guarded)."""
    return f"pool:{code}:{share}"


def contribution_account(code: str, share: Share) -> str:
    return f"contribution:{code}:{share}"


def compensation_account(code: str, share: Share) -> str:
    return f"compensation:{code}:{share}"


def recovery_account(code: str, share: Share) -> str:
    return f"recovery:{code}:{share}"


def budget_account(code: str) -> str:
    """The money of a budget (guarded)."""
    return f"budget:{code}"


def appropriation_account(code: str) -> str:
    return f"appropriation:{code}"


def subsidy_account(code: str) -> str:
    return f"subsidy:{code}"


def refund_account(code: str) -> str:
    return f"refund:{code}"


async def open_pool_accounts(
    session: AsyncSession, code: str, share: Share, *, title: tuple[str, str], now: datetime
) -> None:
    """The four accounts of one level of a pool."""
    zh, en = _LEVELS[share]
    wanted: list[tuple[str, AccountKind, bool, str, str]] = [
        (pool_account(code, share), "asset", True, "资金", "money"),
        (contribution_account(code, share), "equity", False, "出资", "contributions"),
        (compensation_account(code, share), "expense", False, "补偿支出", "compensation paid"),
        (recovery_account(code, share), "income", False, "追偿回款", "recoveries"),
    ]
    for account, kind, guarded, what_zh, what_en in wanted:
        names = (f"{title[0]}·{zh}{what_zh}", f"{title[1]}: {en}, {what_en}")
        await open_account(session, account, title=names, kind=kind, guarded=guarded, now=now)


async def open_budget_accounts(
    session: AsyncSession, code: str, *, title: tuple[str, str], now: datetime
) -> None:
    """The four accounts of a budget."""
    wanted: list[tuple[str, AccountKind, bool, str, str]] = [
        (budget_account(code), "asset", True, "预算资金", "money"),
        (appropriation_account(code), "equity", False, "预算下达", "appropriations"),
        (subsidy_account(code), "expense", False, "补贴支出", "subsidies paid"),
        (refund_account(code), "income", False, "补贴退回", "subsidies given back"),
    ]
    for account, kind, guarded, what_zh, what_en in wanted:
        names = (f"{title[0]}·{what_zh}", f"{title[1]}: {what_en}")
        await open_account(session, account, title=names, kind=kind, guarded=guarded, now=now)
