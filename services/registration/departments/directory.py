"""Which departments hear of a new enterprise, what each is told, and who answers for it.

A further department is a row here and a builder of its particulars; nothing else names one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from services.registration.departments.facts import EnterpriseFacts

Particulars = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Department:
    """One department outside. `code` is also the `org` of its officers; `certificate` is what it
    stands for in 五证合一 (None where nothing was merged)."""

    code: str
    name_zh: str
    name_en: str
    matter_zh: str
    matter_en: str
    build: Callable[[EnterpriseFacts], Particulars]
    certificate: str | None = None

    @property
    def path(self) -> str:
        """The code as it stands in a URL."""
        return self.code.replace("_", "-")


def _tax(facts: EnterpriseFacts) -> Particulars:
    return {"finance_officer": facts.finance_officer.as_contact()}


def _seal(facts: EnterpriseFacts) -> Particulars:
    return {"seals": list(facts.seals)}


def _liaison(facts: EnterpriseFacts) -> Particulars:
    return {"liaison": facts.liaison.as_contact()}


def _bank(facts: EnterpriseFacts) -> Particulars:
    return {"bank_code": facts.bank_code}


def _statistics(facts: EnterpriseFacts) -> Particulars:
    return {"industry_code": facts.industry_code}


_ALL = (
    Department("tax", "税务局", "Tax bureau", "税务信息确认", "Tax confirmation", _tax,
               "tax_registration"),
    Department("seal", "公安局", "Public security", "印章刻制备案", "Seal filing", _seal),
    Department("social_insurance", "人社局", "Human resources and social security",
               "社会保险登记", "Social insurance registration", _liaison,
               "social_insurance_registration"),
    Department("medical_insurance", "医保局", "Medical insurance", "参保单位登记",
               "Medical insurance registration", _liaison),
    Department("housing_fund", "公积金中心", "Housing fund centre", "住房公积金缴存登记",
               "Housing fund registration", _liaison),
    Department("bank", "银行", "Bank", "预约开立基本账户", "Account appointment", _bank),
    Department("statistics", "统计局", "Statistics bureau", "统计登记",
               "Statistics registration", _statistics, "statistics_registration"),
)  # fmt: skip

DEPARTMENTS: Mapping[str, Department] = MappingProxyType({d.code: d for d in _ALL})
