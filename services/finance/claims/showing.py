"""What a page shows of a claim: the conditions' answers, who agreed, the shares paid, what came back."""

from collections.abc import Iterator, Mapping
from typing import Any

from kit.criteria import verdict_line
from kit.matters import FactView, fact
from services.finance.claims.codes import SHARES
from services.finance.money import yuan

DEPARTMENTS = {"science": ("科技部门", "Science department"), "treasury": ("财政部门", "Treasury")}


def lines(facts: Mapping[str, Any]) -> Iterator[FactView]:
    """The lines in the order in which things happened."""
    if "loan_reference" in facts:
        yield fact("借款企业", "Borrower", "text", facts["enterprise_name"])
        yield fact("贷款编号", "Loan", "text", facts["loan_reference"])
        yield fact("未偿还本金", "Unpaid principal", "money", facts["base_fen"])
        answers = [verdict_line(each) for each in facts["verdicts"]]
        yield fact("补偿条件", "Conditions", "lines", answers)
    agreed = [_agreed(name, day) for name, day in facts.get("agreed", {}).items()]
    if agreed:
        yield fact("地方审核", "Local review", "lines", agreed)
    if facts.get("approved_on"):
        yield fact("省级批准日期", "Approved by the province on", "day", facts["approved_on"])
    if facts.get("open_objections"):
        yield fact("未处理异议", "Open objections", "text", str(facts["open_objections"]))
    if facts.get("refusal"):
        yield fact("驳回理由", "Why rejected", "text", facts["refusal"])
    if facts.get("paid_on"):
        yield from _money(facts)


def _money(facts: Mapping[str, Any]) -> Iterator[FactView]:
    yield fact("补偿金额", "Compensation", "money", facts["paid_fen"])
    shares = [_share(name, facts["shares"][name]) for name in SHARES if name in facts["shares"]]
    yield fact("各级分担", "By shares", "lines", shares)
    yield fact("拨付日期", "Paid on", "day", facts["paid_on"])
    if facts.get("recovered_fen"):
        yield fact("已追回本金", "Principal recovered", "money", facts["recovered_fen"])
        yield fact("已返还资金池", "Returned to the pool", "money", facts["returned_fen"])
    if facts.get("closing"):
        yield fact("结案理由", "Why closed", "text", facts["closing"]["reason"])
    if facts.get("claw_back"):
        yield fact("追回理由", "Why clawed back", "text", facts["claw_back"]["reason"])


def _agreed(department: str, day: str) -> dict[str, str]:
    zh, en = DEPARTMENTS[department]
    return {"zh": f"{zh}同意（{day}）", "en": f"{en} agreed ({day})"}


def _share(share: str, amount_fen: int) -> dict[str, str]:
    zh, en = SHARES[share]
    return {"zh": f"{zh} {yuan(amount_fen)} 元", "en": f"{en}: {yuan(amount_fen)} yuan"}
