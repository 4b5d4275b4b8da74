"""Base classes for what goes in and out over HTTP, and the scalar types both share.

`In` refuses unknown fields (422) and bounds strings; `Out` is what leaves. No business field here.
"""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
AmountFen = Annotated[
    int, Field(ge=0, le=10**15, strict=True, description="Money in fen (分), an integer")
]


def _only_iso(value: Any) -> Any:
    """Pydantic reads 0 as 1970-01-01 and an instant at midnight as a day; the contract does not."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value, re.ASCII):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError("a date is written YYYY-MM-DD")


FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""What business dates lie between: whoever adds thirty years to one must not fall off the calendar."""

IsoDate = Annotated[date, BeforeValidator(_only_iso), Field(ge=FIRST_DAY, le=LAST_DAY)]


def each_once(items: list[Any]) -> list[Any]:
    """For lists that are sets: what stands twice is refused, not counted twice."""
    if len(set(items)) != len(items):
        raise ValueError("something stands twice in the list")
    return items


class In(BaseModel):
    """A request body: unknown fields are refused, never dropped in silence."""

    model_config = ConfigDict(extra="forbid", str_max_length=20_000)


class Out(BaseModel):
    """A reply body."""

    model_config = ConfigDict(from_attributes=True)


class Label(Out):
    """A text in both languages of the house."""

    zh: str
    en: str

    def text(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh
