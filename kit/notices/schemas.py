"""What goes in and out of notices and objections."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from kit.forms import Ui
from kit.matters import FactView
from kit.schemas import In, Label, LongText, Out


class NoticeView(Out):
    """A public notice. Objections are taken to the end of `ends_on` (Asia/Shanghai)."""

    id: UUID
    kind: str
    title: Label
    content: list[FactView]
    region_code: str
    opens_on: date
    ends_on: date
    closed_on: date | None
    objections_href: str | None


class ObjectionCreate(In):
    """Why the thing should not be done, in words that the officer and the applicant will read."""

    grounds: Annotated[
        LongText,
        Field(min_length=10, examples=["该企业同一保单已在市级领取过补贴。"]),
        Ui("异议理由", "Grounds", kind="textarea"),
    ]


class ObjectionDecision(In):
    """What the officer found, in words that the objector will read."""

    answer: Annotated[LongText, Ui("处理说明", "What was found", kind="textarea")]


class ObjectionView(Out):
    """An objection. `mine`: the caller raised it; `may_answer`: the caller may uphold or dismiss it now.

    `version` goes into If-Match: 1 while it is open, 2 once it is answered.
    """

    id: UUID
    notice_id: UUID
    case_id: UUID
    state: Literal["open", "upheld", "dismissed"]
    grounds: str
    raised_at: datetime
    answer: str | None
    decided_at: datetime | None
    mine: bool
    may_answer: bool = False
    version: int = Field(ge=1, le=2)
