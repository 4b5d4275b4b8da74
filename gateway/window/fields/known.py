"""Somebody of whom everything is said already, in one line: a page folds such a person away until they are
to be changed, so that what is still asked stands out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gateway.window import formats
from gateway.window.fields.drawing import Drawing
from gateway.window.fields.people import asks_for_person
from gateway.window.fields.pointers import belongs
from gateway.window.fields.reading import is_shown, missing
from gateway.window.fields.shapes import Field
from gateway.window.wording import label, sentence

MOST = 6
"""So many answers are a line that one can read."""


def known_people(one: Field, value: Any, base: str, drawing: Drawing) -> tuple[str, ...]:
    """One line for each item of a list, or for a group; empty where something is missing or wrong."""
    if base or not _names_somebody(one.fields):
        return ()
    pointer = f"{base}/{one.name}"
    if one.is_list:
        items = value if isinstance(value, list) else []
        alone = len(items) == 1
        return tuple(
            _line(one.fields, item, f"{pointer}/{index}", drawing, alone)
            for index, item in enumerate(items)
        )
    return (_line(one.fields, value, pointer, drawing, False),)


def _names_somebody(fields: Sequence[Field]) -> bool:
    return asks_for_person(fields) or any(asks_for_person(f.fields) for f in fields if f.is_group)


def _line(fields: Sequence[Field], value: Any, pointer: str, drawing: Drawing, alone: bool) -> str:
    if not isinstance(value, Mapping) or any(
        belongs(p, pointer) for p in (*drawing.errors, *drawing.notes)
    ):
        return ""
    absent = [one for _, one in missing(tuple(fields), value)]
    if any(not (alone and one.default and one.default.sole) for one in absent):
        return ""
    said = dict.fromkeys(_said(fields, value, drawing))
    return " · ".join(list(said)[:MOST])


def _said(fields: Sequence[Field], value: Mapping[str, Any], drawing: Drawing) -> Iterator[str]:
    for one in fields:
        answer = value.get(one.name)
        if answer in (None, "", [], {}) or not is_shown(one, value):
            continue
        if one.is_group:
            yield from _said(one.fields, answer, drawing)
        elif isinstance(answer, bool) or one.is_list:
            continue
        elif one.kind == "money_yuan":
            yield sentence(drawing.language, "%(yuan)s 元", yuan=formats.yuan(answer))
        elif one.kind == "date":
            yield formats.day(drawing.language, answer)
        else:
            known = {code: label(drawing.language, text) for code, text in one.options}
            yield known.get(str(answer), f"{answer}{'%' if one.unit == '%' else ''}")
