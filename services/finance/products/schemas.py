"""What goes out about a product."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal

from kit.schemas import Label, Out
from services.finance.products.terms import LEVELS, ProductTerms

ProductKind = Literal[
    "tech_credit", "insured_loan", "startup_guaranteed_loan", "patent_pledge_loan", "linked_loan"
]
Borrower = Literal["person", "small_enterprise", "sci_tech_sme"]


NO_POOL = Label(
    zh="目前没有风险补偿资金池参与该产品，暂不能在本平台申请（演示）",
    en="No risk pool takes part in this product yet, so nobody can apply for it here (demonstration)",
)


class ParameterView(Out):
    """One number that is in force: a decimal string in `unit`, and where it comes from."""

    key: str
    operator: Literal["=", "<", "<=", ">", ">="]
    value: str
    unit: str
    valid_from: date
    valid_to: date | None
    source_document: str
    source_clause: str


class ShareView(Out):
    """Who bears how much of a loss, in per cent."""

    who: Label
    percent: str


class TermsView(Out):
    """The parameters as what they mean; null where the product has no such limit. `highest_rate` is a yearly
    fraction; `most_first_fen` is for a first loan where that is less."""

    most_fen: int | None
    most_first_fen: int | None
    longest_months: int | None
    highest_rate: str | None
    shares: list[ShareView]


class PreviewInstalment(Out):
    """What would be due on `due_on`; `balance_fen` is the principal that remains after it."""

    number: int
    due_on: date
    principal_fen: int
    interest_fen: int
    balance_fen: int


class RepaymentPreview(Out):
    """How a loan drawn today would be paid back. An example, no offer: the bank decides on the rate."""

    product_code: str
    amount_fen: int
    months: int
    annual_rate: str
    repayment_method: str
    starts_on: date
    interest_fen: int
    instalments: list[PreviewInstalment]


class ProductView(Out):
    """A loan product on `parameters_on`. `is_demo`: invented for the demonstration province. `closed_here`:
    why nobody can apply for it through this platform on that day, null where one can."""

    code: str
    kind: ProductKind
    borrower: Borrower
    name: Label
    summary: Label
    region_code: str
    is_demo: bool
    offered_from: date
    offered_to: date | None
    closed_here: Label | None
    terms: TermsView
    parameters_on: date
    parameters: list[ParameterView]


def closed_here(parameters: Iterable[Any]) -> Label | None:
    """Why a product with these parameters is not applied for here: only what a pool backs is."""
    return None if any(each.key == "pool" for each in parameters) else NO_POOL


def terms_of(code: str, parameters: Iterable[Any]) -> ProductTerms:
    """A product's parameter rows of one day as its terms."""
    return ProductTerms(
        code=code, offered=True, numbers={each.key: each.value for each in parameters}
    )


def terms_view(terms: ProductTerms) -> TermsView:
    """The terms as they go out."""
    most, first = terms.cap_fen(first_loan=False), terms.cap_fen(first_loan=True)
    rate = terms.highest_rate
    return TermsView(
        most_fen=most,
        most_first_fen=first if first != most else None,
        longest_months=terms.longest_months,
        highest_rate=f"{rate.normalize():f}" if rate is not None else None,
        shares=[
            ShareView(who=Label(zh=LEVELS[level][0], en=LEVELS[level][1]), percent=str(share))
            for level, share in terms.shares().items()
        ],
    )


def product_view(row: Any, parameters: list[Any], *, on: date) -> ProductView:
    """The view of a product row and its parameter rows."""
    return ProductView(
        code=row.code,
        kind=row.kind,
        borrower=row.borrower,
        name=Label(zh=row.name_zh, en=row.name_en),
        summary=Label(zh=row.summary_zh, en=row.summary_en),
        region_code=row.region_code,
        is_demo=row.is_demo,
        offered_from=row.offered_from,
        offered_to=row.offered_to,
        closed_here=closed_here(parameters),
        terms=terms_view(terms_of(row.code, parameters)),
        parameters_on=on,
        parameters=[ParameterView.model_validate(parameter) for parameter in parameters],
    )
