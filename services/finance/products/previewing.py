"""What paying a loan back would look like: the schedule that a loan would get. An example, no offer."""

from datetime import date
from decimal import Decimal
from typing import cast

from kit.errors import FieldError, InvalidRequest
from services.finance.products.schemas import PreviewInstalment, RepaymentPreview
from services.finance.products.terms import ProductTerms
from services.finance.schedules.rules import DayCount, Method, build

LEAST_FEN = 1_000_000


def preview(
    terms: ProductTerms,
    *,
    amount_fen: int,
    months: int,
    method: Method,
    rate: Decimal | None,
    on: date,
) -> RepaymentPreview:
    """At `rate`, else at the most that the product allows. Raises InvalidRequest beyond its limits."""
    rate = rate if rate is not None else terms.highest_rate
    found = list(_beyond(terms, amount_fen, months, rate))
    if found or rate is None:
        raise InvalidRequest(errors=found)
    day_count = cast(DayCount, terms.numbers.get("day_count", "ACT/360"))
    rows = build(
        amount_fen,
        annual_rate=rate,
        starts_on=on,
        months=months,
        method=method,
        day_count=day_count,
    )
    return RepaymentPreview(
        product_code=terms.code,
        amount_fen=amount_fen,
        months=months,
        annual_rate=f"{rate.normalize():f}",
        repayment_method=method,
        starts_on=on,
        interest_fen=sum(row.interest_fen for row in rows),
        instalments=[PreviewInstalment.model_validate(row) for row in rows],
    )


def _beyond(
    terms: ProductTerms, amount_fen: int, months: int, rate: Decimal | None
) -> list[FieldError]:
    most, longest = terms.cap_fen(first_loan=False), terms.longest_months
    found = []
    if rate is None:
        found.append(FieldError(pointer="/annual_rate", code="missing"))
    if most is not None and amount_fen > most:
        found.append(_over("/amount_fen", most))
    if longest is not None and months > longest:
        found.append(_over("/months", longest))
    return found


def _over(pointer: str, most: int) -> FieldError:
    return FieldError(pointer=pointer, code="less_than_equal", values={"le": most})
