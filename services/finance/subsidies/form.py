"""What a founder fills in for a premium subsidy: whose, which policy, what was paid, what came already.

Shape and bounds live here; what the scheme asks of the whole lives in rules.py.
"""

import re
import unicodedata
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from contracts.values import AccountNumber, Uscc
from kit.forms import FormPage, Ui
from kit.schemas import In, IsoDate, ShortText
from services.finance.subsidies.codes import COVERAGES, LEVELS

Money = Annotated[int, Field(ge=1, le=10**13, strict=True)]


class Coverage(StrEnum):
    """The kinds of cover (domain.md 4)."""

    product_liability = "product_liability"
    quality_guarantee = "quality_guarantee"
    small_loan_guarantee = "small_loan_guarantee"
    rd_liability = "rd_liability"
    key_rd_equipment = "key_rd_equipment"
    personnel = "personnel"
    directors_officers = "directors_officers"


class Level(StrEnum):
    """Who else has paid."""

    nation = "nation"
    province = "province"
    city = "city"
    county = "county"


_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_OF_A_POLICY = re.compile(r"[0-9A-Za-z字第号\-/ .()]+")


def policy_key(number: str) -> str:
    """A policy number in one spelling: letters and digits only, so that nothing else makes a second one."""
    return re.sub("[^0-9A-Z]", "", number.translate(_NARROW).upper())


def insurer_key(name: str) -> str:
    """An insurer's name in one spelling, whatever its spaces, brackets and widths."""
    plain = unicodedata.normalize("NFKC", name).upper()
    return "".join(letter for letter in plain if letter.isalnum())


def _as_on_the_policy(number: str) -> str:
    """The number with its full-width characters folded. Letters of other alphabets look like ours and are
    not: with them one policy would have two numbers."""
    plain = number.translate(_NARROW).strip()
    if not _OF_A_POLICY.fullmatch(plain):
        strange = sorted({c for c in plain if not _OF_A_POLICY.fullmatch(c)})
        points = " ".join(f"U+{ord(c):04X}" for c in strange)
        raise PydanticCustomError(
            "policy_number_unreadable",
            "not a character of a policy number: {characters}",
            {"characters": points},
        )
    if len(policy_key(plain)) < 4:
        raise PydanticCustomError(
            "policy_number_too_short", "a policy number has at least four letters or digits"
        )
    return plain


class OtherSubsidy(In):
    """One subsidy that was received or promised for the same premium."""

    level: Annotated[Level, Ui("补贴级次", "Paid by", kind="choice", options=LEVELS)]
    scheme: Annotated[ShortText, Ui("补贴名称", "Name of the subsidy")]
    amount_fen: Annotated[Money, Ui("金额", "Amount", kind="money_yuan", unit="元")]


class PremiumSubsidyForm(In):
    """One paid premium of one cover of one policy."""

    uscc: Annotated[
        Uscc,
        Ui(
            "企业",
            "Enterprise",
            kind="choice",
            options_href="/enterprises/mine",
            hint_zh="您担任法定代表人的企业",
            hint_en="An enterprise whose legal representative you are",
        ),
    ]
    payee_bank: Annotated[ShortText, Ui("开户银行", "Bank of the account")]
    payee_account: Annotated[
        AccountNumber,
        Ui(
            "企业账户",
            "Account of the enterprise",
            hint_zh="补贴只拨付到企业自己的账户",
            hint_en="The subsidy is paid only to the enterprise's own account",
        ),
    ]
    insurer: Annotated[ShortText, Ui("保险公司", "Insurer")]
    policy_number: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=4, max_length=60),
        AfterValidator(_as_on_the_policy),
        Ui(
            "保险单号",
            "Policy number",
            hint_zh="只用字母、数字、字、第、号和 - / . ( )，按保单填写",
            hint_en="As on the policy: letters, digits, 字 第 号 and - / . ( )",
        ),
    ]
    coverage: Annotated[Coverage, Ui("险种", "Kind of cover", kind="choice", options=COVERAGES)]
    period_from_on: Annotated[IsoDate, Ui("保险期间起", "Cover begins on", kind="date")]
    period_to_on: Annotated[IsoDate, Ui("保险期间止", "Cover ends on", kind="date")]
    premium_fen: Annotated[
        Money,
        Ui(
            "已缴保费",
            "Premium paid",
            kind="money_yuan",
            unit="元",
            hint_zh="只填这一险种实际缴纳的保费（以发票为准）",
            hint_en="What was really paid for this cover, as on the invoice",
        ),
    ]
    paid_on: Annotated[IsoDate, Ui("缴费日期", "Paid on", kind="date")]
    other_subsidies: Annotated[
        list[OtherSubsidy],
        Field(default_factory=list, max_length=10),
        Ui(
            "同一保费已得到的其他补贴",
            "Other subsidies for the same premium",
            kind="list",
            item_zh="其他补贴",
            item_en="Subsidy",
            hint_zh="各级补贴合计不得超过所缴保费；没有就不填",
            hint_en="All levels together may not exceed the premium; leave empty if none",
        ),
    ]


PAGES = (
    FormPage("enterprise", "哪家企业", "Which enterprise", ("uscc", "payee_bank", "payee_account")),
    FormPage(
        "policy",
        "哪份保单",
        "Which policy",
        ("insurer", "policy_number", "coverage", "period_from_on", "period_to_on"),
    ),
    FormPage(
        "premium",
        "缴了多少保费",
        "What was paid",
        ("premium_fen", "paid_on", "other_subsidies"),
        "一份保单有多个险种的，分别申报",
        "Where a policy has several covers, apply for each by itself",
    ),
)
