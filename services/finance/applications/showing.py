"""What a page shows of an application: its bank, each condition's answer, questions, the offer, the loan."""

from collections.abc import Iterator, Mapping
from typing import Any

from kit.matters import FactView, fact
from kit.schemas import Label
from services.finance.applications.workflow import OUTCOMES
from services.finance.loans.codes import METHODS

MARKS = {True: "✓", False: "✗", None: "?"}


def lines(facts: Mapping[str, Any]) -> Iterator[FactView]:
    """The lines in the order in which things happened."""
    if facts.get("bank_name"):
        yield fact("银行", "Bank", "text", facts["bank_name"])
    if facts.get("eligibility"):
        judged = [_verdict(each) for each in facts["eligibility"]]
        yield fact("贷款条件", "Conditions", "lines", judged)
    for answer in facts.get("answers", ()):
        asked = "；".join(answer["items"])
        yield fact("银行所问", "The bank asked", "text", asked)
        yield fact("答复", "Answer", "text", answer["answer"])
    if facts.get("decision"):
        yield from _decision(facts["decision"])
    confirmed = (facts.get("first_loan") or {}).get("confirmed")
    if confirmed is not None:
        said = (
            ("经银行核实为首贷", "The bank confirms it") if confirmed else ("不是首贷", "It is not")
        )
        yield fact("首贷", "First loan", "text", _label(said))
    if (facts.get("withdrawal") or {}).get("reason"):
        yield fact("撤回理由", "Why withdrawn", "text", facts["withdrawal"]["reason"])
    if facts.get("loan_reference"):
        yield fact("贷款编号", "Loan", "text", facts["loan_reference"])


def _decision(decision: Mapping[str, Any]) -> Iterator[FactView]:
    yield fact("银行决定", "Decision", "text", _label(OUTCOMES[decision["outcome"]]))
    if decision["outcome"] == "approved":
        yield fact("批准金额", "Approved amount", "money", decision["amount_fen"])
        yield fact("年利率", "Annual rate", "percent", decision["annual_rate"])
        months = str(decision["term_months"])
        yield fact("期限", "Term", "text", _label((f"{months} 个月", f"{months} months")))
        method = METHODS[decision["repayment_method"]]
        yield fact("还款方式", "Repayment", "text", _label(method))


def _verdict(verdict: Mapping[str, Any]) -> Label:
    mark, reason = MARKS[verdict["ok"]], verdict["reason"]
    return Label(zh=f"{mark} {reason['zh']}", en=f"{mark} {reason['en']}")


def _label(pair: tuple[str, str]) -> Label:
    return Label(zh=pair[0], en=pair[1])
