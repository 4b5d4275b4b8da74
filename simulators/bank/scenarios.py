"""How the bank behaves: scenarios as data, and which one an application asks for.

An application names its scenario by its purpose (`…[late_payer]…`) or, where nobody can write that, by
the odd fen of its amount (like test card numbers). One that names none is left to the bank's clerk.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

CLERK = "clerk"
_TAG = re.compile(r"\[([a-z_]{3,30})\]")


@dataclass(frozen=True, slots=True)
class Scenario:
    """One manner. Days are business days of the calendar kind: plain days after the due date."""

    code: str
    zh: str
    en: str
    odd_fen: int
    outcome: str = "approved"  # approved | declined | silent | withdrawn
    asks_first: bool = False
    pays_after_days: int | None = 0  # None: never
    claims: bool = False
    recovers: bool = False
    repeats: bool = False
    disorder: bool = False


_ALL = (
    Scenario("approve", "批准并按时还款", "Approves; the borrower pays on time", 1),
    Scenario("decline", "不同意", "Declines", 2, outcome="declined"),
    Scenario("ask_first", "先要求补充材料再批准", "Asks for information, then approves", 3,
             asks_first=True),
    Scenario("late_payer", "到期二十天后才还款", "Pays twenty days after each due date", 4,
             pays_after_days=20),
    Scenario("default", "从不还款，违约后申请补偿并追偿", "Never pays: default, claim, recovery", 5,
             pays_after_days=None, claims=True, recovers=True),
    Scenario("repeat", "每个请求都重复发送", "Sends everything again and again", 6, repeats=True),
    Scenario("disorder", "次序颠倒", "Does things in the wrong order first", 7, disorder=True),
    Scenario("silent", "一直不受理", "Never answers", 8, outcome="silent"),
    Scenario("withdraw_offer", "批准后撤回", "Approves, then withdraws the offer", 9,
             outcome="withdrawn"),
)  # fmt: skip

SCENARIOS: Mapping[str, Scenario] = MappingProxyType({s.code: s for s in _ALL})
_BY_ODD_FEN = {s.odd_fen: s.code for s in _ALL}


def scenario_of(form: Mapping[str, Any]) -> str | None:
    """The scenario that an application's form asks for, or None: the clerk's."""
    for tag in _TAG.findall(str(form.get("purpose", ""))):
        if tag in SCENARIOS:
            return str(tag)
    amount = form.get("amount_fen")
    return _BY_ODD_FEN.get(amount % 100) if isinstance(amount, int) else None
