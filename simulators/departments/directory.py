"""The departments as data: what each is called, what it wants to know, how its receipts look.

A new department is a row here; no other file names one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Department:
    """One counter outside: its code, path, names, required particulars, and reasons to say no."""

    code: str
    name_zh: str
    name_en: str
    receipt_prefix: str
    required: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def path(self) -> str:
        """The code as it stands in a URL (kebab-case)."""
        return self.code.replace("_", "-")


_LIAISON = ("liaison",)
_ALL = (
    Department(
        "tax", "税务局（信息确认）", "Tax bureau: confirmation of particulars", "SW",
        ("finance_officer",), ("person_restricted", "data_mismatch"),
    ),
    Department(
        "seal", "公安局（印章刻制备案）", "Public security: seal filing", "YZ",
        ("seals",), ("data_mismatch",),
    ),
    Department(
        "social_insurance", "人社局（社会保险登记）", "Human resources: social insurance", "SB",
        _LIAISON, ("data_mismatch",),
    ),
    Department(
        "medical_insurance", "医保局（参保登记）", "Medical insurance", "YB",
        _LIAISON, ("data_mismatch",),
    ),
    Department(
        "housing_fund", "公积金中心（缴存登记）", "Housing fund", "GJ",
        _LIAISON, ("data_mismatch",),
    ),
    Department(
        "bank", "青屿示例银行（预约开户）", "Qingyu Example Bank: account appointment", "KH",
        ("bank_code",), ("premises_unclear", "person_restricted"),
    ),
    Department(
        "statistics", "统计局（统计登记）", "Statistics bureau", "TJ",
        ("industry_code",), ("data_mismatch",),
    ),
)  # fmt: skip

DEPARTMENTS: Mapping[str, Department] = MappingProxyType({d.path: d for d in _ALL})
"""By path (`social-insurance`)."""

REAL_NAME = "real-name"
"""The path of the real-name check: it has a behaviour, but takes no filings."""

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "data_mismatch": "登记信息与本部门留存信息不一致，请核对后重新申报",
        "premises_unclear": "住所信息不清，需补充场地证明",
        "person_restricted": "经办人员存在限制办理情形，请到窗口核实",
        "missing_field": "必填信息缺失",
    }
)


def reason_text(code: str) -> str:
    """What the department writes under a rejection; an unknown code gets a general sentence."""
    return REASONS.get(code, "不符合办理条件，请咨询窗口")
