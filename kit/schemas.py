"""Base classes for what goes in and out over HTTP, and the scalar types both share.

`In` refuses unknown fields (422) and bounds strings; `Out` is what leaves. No business field here.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
AmountFen = Annotated[int, Field(ge=0, le=10**15, description="Money in fen (分), an integer")]


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
