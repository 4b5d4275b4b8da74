"""What a page shows of a tenancy: the offered seats with their dates, money and whom to ask. Words only."""

from collections.abc import Iterator, Mapping
from typing import Any

from kit.matters import FactView, fact
from kit.schemas import Label

NOT_SAID = Label(zh="载体没有写明，请先问清", en="The carrier does not say: ask first")
FREE = Label(zh="不收", en="None")


def lines(facts: Mapping[str, Any]) -> Iterator[FactView]:
    """The lines of an offer or a stay; nothing before a carrier has offered seats."""
    if not facts.get("workstations"):
        return
    yield fact("载体", "Carrier", "text", facts["carrier_name"])
    if facts.get("carrier_address"):
        yield fact("地址", "Address", "text", facts["carrier_address"])
    yield fact("工位", "Seats", "text", "、".join(facts["workstations"]))
    yield fact("入驻日期", "From", "day", facts["starts_on"])
    yield fact("到期日期", "Until", "day", facts["ends_on"])
    yield fact("最长可延至", "At the longest until", "day", facts["limit_on"])
    terms = facts.get("terms")
    if terms is None:
        return  # offered before terms were asked for
    yield _money("每月费用", "Fee a month", terms.get("fee_fen"))
    yield _money("押金", "Deposit", terms.get("deposit_fen"))
    yield fact("联系人", "Whom to ask", "text", terms.get("contact") or NOT_SAID)


def _money(zh: str, en: str, amount_fen: int | None) -> FactView:
    if amount_fen:
        return fact(zh, en, "money", amount_fen)
    return fact(zh, en, "text", NOT_SAID if amount_fen is None else FREE)
