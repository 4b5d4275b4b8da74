"""Public money that comes back because it should not have been paid: the same question in every matter.

Knows no matter: a row's day of payment, the day of receipt and today are all it is told.
"""

from datetime import date
from typing import Annotated

from kit.errors import FieldError, Problem
from kit.forms import Ui
from kit.schemas import In, IsoDate, LongText


class RefundRefused(Problem):
    code = "refund_refused"
    status = 422
    title_zh = "退款日期须在拨付日与今天之间"
    title_en = "The money must be received between its payment and today"


class Refund(In):
    """The money has been paid back. `received_on` is the day of receipt."""

    reason: Annotated[LongText, Ui("理由", "Reason", kind="textarea")]
    received_on: Annotated[IsoDate, Ui("收到退款日期", "Received back on", kind="date")]


def refuse_impossible_day(refund: Refund, *, paid_on: date, today: date) -> None:
    """Raises RefundRefused where the day of receipt cannot be."""
    if not paid_on <= refund.received_on <= today:
        values = {"from": paid_on.isoformat(), "to": today.isoformat()}
        raise RefundRefused(
            errors=[FieldError(pointer="/received_on", code="refund_refused", values=values)]
        )
