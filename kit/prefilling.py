"""What a question is answered with until somebody answers it: declared beside the question, for any form.

A default is a template: JSON in which a string that begins with `@` is fetched.

    "@account/name"                        what the account knows of its holder: name, id_number, phone
    "@/shareholders/0/name"                the answer at another place of the same form
    "@/name_reservation_id#region_code"    a property of what was picked there from a list
    "@today+5y"                            the day so many years after the business day

It is a proposal of whoever fills a form for a person: shown, and open to change. What was sent to the API
is stored as it was sent. Must not know any field's meaning.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kit.schemas import Out

ACCOUNT_PARTS = ("name", "id_number", "phone")
_REFERENCE = re.compile(
    r"@(?:account/(?P<part>\w+)|(?P<pointer>/[\w/*]+)(?:#(?P<of>\w+))?|today\+(?P<years>\d{1,2})y)"
)


@dataclass(frozen=True)
class Default:
    """`value`: the template. It holds only while the list at `sole` has one item and while the answer at
    `when[0]` is `when[1]`; where it holds no more, what it had put there goes."""

    value: Any
    sole: str = ""
    when: tuple[str, str] | None = None


class DefaultView(Out):
    """A default as a renderer reads it; pointers are relative to the form."""

    value: Any
    sole: str | None = None
    when: list[str] | None = None


def default_view(default: Default | None) -> DefaultView | None:
    """Checks the template: a misspelt reference would never fill anything (ValueError)."""
    if default is None:
        return None
    for text in _strings(default.value):
        found = _REFERENCE.fullmatch(text) if text.startswith("@") else True
        if not found or (found is not True and found["part"] not in (None, *ACCOUNT_PARTS)):
            raise ValueError(f"no such reference in a default: {text}")
    return DefaultView(
        value=default.value, sole=default.sole or None, when=list(default.when or ()) or None
    )


def pointers_of(default: DefaultView) -> Iterator[str]:
    """Every place of the form that a default reads."""
    for text in _strings(default.value):
        found = _REFERENCE.fullmatch(text)
        if found and found["pointer"]:
            yield found["pointer"]
    if default.sole:
        yield default.sole
    if default.when:
        yield default.when[0]


def dated(value: Any, today: date) -> Any:
    """A template with its days reckoned from `today`."""
    if isinstance(value, str) and value.startswith("@today"):
        found = _REFERENCE.fullmatch(value)
        return _years_after(today, int(found["years"])).isoformat() if found else value
    if isinstance(value, Mapping):
        return {name: dated(item, today) for name, item in value.items()}
    return [dated(item, today) for item in value] if isinstance(value, list) else value


def _years_after(day: date, years: int) -> date:
    """The same day of a later year; 29 February becomes the 28th (民法典 art. 202)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _strings(item)
