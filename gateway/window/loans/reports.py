"""What a bank clerk may report about a loan, as forms. Which of them now, the loan's reply says.

A loan is not a case, so its reports are no matter's moves with fields of their own; these are the request
bodies of the bank API in the window's words. Field names are the API's.
"""

from dataclasses import dataclass
from typing import Any

from gateway.window.fields.shapes import Field
from gateway.window.visit import Visiting
from gateway.window.wording import later


@dataclass(frozen=True, slots=True)
class Report:
    """One form. `options` names the code list behind a choice."""

    action: str
    label: str
    fields: tuple[tuple[str, str, str, str], ...]


REFERENCE = ("bank_reference", "text", later("本行流水号"), "")
AMOUNT = ("amount_fen", "money_yuan", later("金额"), "")
DAY = ("value_on", "date", later("记账日期"), "")
REASON = ("reason", "textarea", later("说明"), "")
RATE = ("annual_rate", "percent", later("年利率"), "")
MONTHS = ("term_months", "integer", later("期限"), "")
METHOD = ("repayment_method", "choice", later("还款方式"), "repayment_methods")

REPORTS = (
    Report("disburse", later("登记放款"), (REFERENCE, AMOUNT, DAY)),
    Report(
        "repay",
        later("登记还款"),
        (REFERENCE, AMOUNT, DAY, ("purpose", "choice", later("用于"), "repayment_purposes")),
    ),
    Report(
        "classify",
        later("五级分类"),
        (("classification", "choice", later("分类"), "loan_classifications"), DAY, REASON),
    ),
    Report("restructure", later("重组"), (REFERENCE, DAY, RATE, MONTHS, METHOD, REASON)),
    Report("renew", later("无还本续贷"), (REFERENCE, DAY, RATE, MONTHS, METHOD, REASON)),
    Report("write_off", later("核销"), (REFERENCE, DAY, REASON)),
)
CLAIM = Report(
    "claim",
    later("申请风险补偿"),
    (
        REFERENCE,
        ("unpaid_principal_fen", "money_yuan", later("未还本金"), ""),
        ("funds_used_as_agreed", "yes_no", later("资金按约定用途使用"), ""),
        ("use_check", "textarea", later("用途核查情况"), ""),
        ("demanded_on", "date", later("催收日期"), ""),
        ("demand", "choice", later("催收方式"), "claim_demands"),
        ("demand_reference", "text", later("催收凭证"), ""),
    ),
)


def fields_of(
    visit: Visiting, report: Report, lists: dict[str, dict[str, str]]
) -> tuple[Field, ...]:
    """A report's questions; `lists` are the code lists in the reader's language."""
    return tuple(
        Field(
            name=name,
            pointer=f"/{name}",
            kind=kind,
            label=visit.say(label),
            required=True,
            unit=_unit(visit, name, kind),
            options=tuple(_options(lists, options)),
        )
        for name, kind, label, options in report.fields
    )


def _unit(visit: Visiting, name: str, kind: str) -> str | None:
    if name == MONTHS[0]:
        return visit.say("个月")
    return visit.say("元") if kind == "money_yuan" else None


def _options(lists: dict[str, dict[str, str]], name: str) -> Any:
    return lists.get(name, {}).items() if name else ()
