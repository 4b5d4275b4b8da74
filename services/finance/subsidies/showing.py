"""What a page shows of a premium subsidy: how much, by which limit, what was decided and paid."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from kit.matters import FactView, fact
from services.finance.subsidies.codes import COVERAGES

LIMITS = {
    "rate": ("补贴比例", "The rate"),
    "total_share": ("各级补贴合计上限", "The most that all levels may pay"),
    "year_cap": ("企业年度上限", "The enterprise's limit for the year"),
}


def lines(facts: Mapping[str, Any]) -> Iterator[FactView]:
    """The lines in the order in which things happened."""
    if facts.get("first_time"):
        yield fact(
            "首次申报", "First application", "text", _said(("是，优先办理", "Yes: goes first"))
        )
    if facts.get("same_policy"):
        others = [_other(one) for one in facts["same_policy"]]
        yield fact(
            "同一保单号的其他申报", "Other applications for this policy number", "lines", others
        )
    if "amount_fen" in facts:
        rate = Decimal(facts["rate_percent"]) / 100
        yield fact("核定保费", "Premium accepted", "money", facts["accepted_premium_fen"])
        yield fact("补贴比例", "Rate", "percent", f"{rate:f}")
        yield fact("补贴金额", "Subsidy", "money", facts["amount_fen"])
        yield fact("金额由何决定", "Decided by", "text", _said(LIMITS[facts["limited_by"]]))
    if facts.get("open_objections"):
        yield fact("未处理异议", "Open objections", "text", str(facts["open_objections"]))
    if facts.get("refusal"):
        yield fact("不予补贴的理由", "Why refused", "text", facts["refusal"])
    if facts.get("paid_on"):
        yield fact("拨付日期", "Paid on", "day", facts["paid_on"])
    if facts.get("refunded_on"):
        yield fact("追回日期", "Paid back on", "day", facts["refunded_on"])


def _other(one: Mapping[str, Any]) -> dict[str, str]:
    """One line of what a reviewer compares with: the same premium may stand in both."""
    if not one["own"]:
        return _said(
            (f"{one['reference']}：另一企业", f"{one['reference']}: by another enterprise")
        )
    (zh, en), (begins, ends) = COVERAGES[one["coverage"]], one["period"]
    return _said(
        (
            f"{one['reference']}：本企业，{zh}，{begins} 至 {ends}",
            f"{one['reference']}: the same enterprise, {en}, {begins} to {ends}",
        )
    )


def _said(pair: tuple[str, str]) -> dict[str, str]:
    return {"zh": pair[0], "en": pair[1]}
