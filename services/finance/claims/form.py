"""What a bank says when it claims: which loan, how much principal is unpaid, what it has done to get it.

One model for the bank API's body, the pages and the validation. What the scheme asks stands in rules.py.
"""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from contracts.values import ContractNumber
from kit.forms import FormPage, Ui
from kit.schemas import In, IsoDate, LongText
from services.finance.claims.codes import DEMANDS

BankReference = Annotated[
    ContractNumber,
    Field(examples=["BC-2026-0007"]),
    Ui(
        "银行申请编号",
        "The bank's reference",
        hint_zh="每个编号只能使用一次",
        hint_en="A reference is used only once",
    ),
]
PositiveFen = Annotated[int, Field(ge=1, le=10**13, strict=True)]


class Demand(StrEnum):
    """How payment was demanded."""

    letter = "letter"
    lawyers_letter = "lawyers_letter"
    visit = "visit"
    lawsuit = "lawsuit"


class CompensationClaimForm(In):
    """A claim for one loan."""

    bank_reference: BankReference
    loan_id: Annotated[
        UUID,
        Ui(
            "贷款",
            "Loan",
            kind="choice",
            options_href="/claimable-loans",
            hint_zh="已违约且尚未申请补偿的贷款",
            hint_en="Loans in default that have no claim yet",
        ),
    ]
    unpaid_principal_fen: Annotated[
        PositiveFen,
        Ui(
            "未偿还本金",
            "Unpaid principal",
            kind="money_yuan",
            unit="元",
            hint_zh="不含利息、罚息和费用",
            hint_en="Without interest, penalties and costs",
        ),
    ]
    funds_used_as_agreed: Annotated[
        bool,
        Ui(
            "经核查，贷款按约定用途使用",
            "As checked, the money was used as agreed",
            kind="yes_no",
        ),
    ]
    use_check: Annotated[LongText, Ui("用途核查情况", "How the use was checked", kind="textarea")]
    demanded_on: Annotated[IsoDate, Ui("最近一次催收日期", "Payment last demanded on", kind="date")]
    demand: Annotated[Demand, Ui("催收方式", "How it was demanded", kind="choice", options=DEMANDS)]
    demand_reference: Annotated[
        LongText,
        Ui(
            "催收凭证",
            "Evidence of the demand",
            hint_zh="函件编号、送达方式或案号；原件由银行保存备查",
            hint_en="Number of the letter, how it was served, or the case number; the bank keeps the papers",
        ),
    ]


PAGES = (
    FormPage(
        "loan", "哪笔贷款", "Which loan", ("bank_reference", "loan_id", "unpaid_principal_fen")
    ),
    FormPage("use", "资金用途", "Use of the money", ("funds_used_as_agreed", "use_check")),
    FormPage("demand", "催收", "Demand for payment", ("demanded_on", "demand", "demand_reference")),
)
