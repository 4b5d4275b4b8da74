"""What goes in and out of the code routes."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from kit.schemas import In, IsoDate, Label, Out
from services.registration.codes.rules import CodeKind

AuthorityCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
Sequence = Annotated[int, Field(ge=0, lt=31**8, strict=True)]


class CodeCheck(In):
    """A code to judge. `of_age_on` asks of a resident ID whether its holder is 18 that day."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "uscc", "text": "91980101XY00000123"}]}
    )

    kind: CodeKind
    text: Annotated[str, StringConstraints(max_length=64)]
    of_age_on: IsoDate | None = None


class FindingView(Out):
    """One reason; places count from 1, both ends included."""

    code: str
    first_position: int
    last_position: int
    label: Label
    values: dict[str, str]
    hint: bool = Field(description="Only worth a look: the code may be right all the same")


class CodeCheckView(Out):
    """The verdict on the normalised text (a resident ID is masked)."""

    kind: CodeKind
    text: str
    valid: bool
    findings: list[FindingView]


class SegmentOpen(In):
    """A run of numbers for an authority, both ends included: prefix + base-31 sequence."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "authority_code": "980101",
                    "prefix": "XY0",
                    "first_sequence": 1000,
                    "last_sequence": 999999,
                }
            ]
        }
    )

    authority_code: AuthorityCode
    prefix: Annotated[str, StringConstraints(pattern=r"^[0-9A-HJ-NP-RTUWXY]{1,7}$")]
    first_sequence: Sequence
    last_sequence: Sequence


class SegmentView(Out):
    """A segment; `next_sequence` is the number that goes out next, `remaining` how many are left."""

    id: UUID
    authority_code: str
    prefix: str
    first_sequence: int
    next_sequence: int
    last_sequence: int
    remaining: int
    opened_at: datetime
    opened_by: str
