"""A form as its reader checks it: question and answer, page by page, in words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from gateway.window import formats
from gateway.window.fields.pointers import input_id
from gateway.window.fields.reading import is_shown
from gateway.window.fields.shapes import Field
from gateway.window.fields.widgets import Options
from gateway.window.visit import Visiting


@dataclass(frozen=True, slots=True)
class Row:
    """One question. `lines` is empty where nothing was answered; `depth` is 0 for the page's own fields."""

    label: str
    lines: tuple[str, ...]
    pointer: str
    heading: bool = False

    @property
    def anchor(self) -> str:
        return input_id(self.pointer)


def answers(
    visit: Visiting,
    fields: Sequence[Field],
    document: Mapping[str, Any],
    options: Options,
    *,
    base: str = "",
    labels: Mapping[str, str] = MappingProxyType({}),
) -> list[Row]:
    """The rows of one page. A group or an item of a list is a heading with its rows after it. `labels` are
    the service's own names of what was picked, by pointer."""
    rows: list[Row] = []
    for one in fields:
        if not is_shown(one, document):
            continue
        value, pointer = document.get(one.name), f"{base}/{one.name}"
        label = visit.label(one.label)
        if one.is_list:
            rows += _items(visit, one, value, options, pointer, labels)
        elif one.is_group:
            rows.append(Row(label, (), pointer, heading=True))
            rows += answers(visit, one.fields, value or {}, options, base=pointer, labels=labels)
        else:
            named = labels.get(pointer)
            lines = (called(named, value),) if named else said(visit, one, value, options)
            rows.append(Row(label, lines, pointer))
    return rows


def _items(
    visit: Visiting,
    one: Field,
    value: Any,
    options: Options,
    pointer: str,
    labels: Mapping[str, str],
) -> list[Row]:
    items = value if isinstance(value, list) else []
    if not items:
        return [Row(visit.label(one.label), (), pointer)]
    title = visit.label(one.item_label) or visit.label(one.label)
    rows: list[Row] = []
    for index, item in enumerate(items):
        at = f"{pointer}/{index}"
        rows.append(Row(f"{title} {index + 1}", (), at, heading=True))
        rows += answers(visit, one.fields, item or {}, options, base=at, labels=labels)
    return rows


def called(name: str, value: Any) -> str:
    """What was picked by its name, with the code where that is one for people."""
    machine = re.fullmatch(r"[0-9a-f]{8}-[0-9a-f-]{27}", str(value))
    return name if machine or not value else f"{name}（{value}）"


def said(visit: Visiting, one: Field, value: Any, options: Options) -> tuple[str, ...]:
    """An answer in words, line by line; nothing where nothing was answered."""
    if value in (None, "", []):
        return ()
    if isinstance(value, bool):
        return (visit.say("是") if value else visit.say("否"),)
    choices = options.get(one.options_href or "")
    known = {o.value: o.label.strip() for o in choices.options} if choices else {}
    known |= {v: visit.label(text) for v, text in one.options}
    if isinstance(value, list):
        return tuple(known.get(str(v), str(v)) for v in value)
    if one.kind == "money_yuan":
        return (visit.say("%(yuan)s 元", yuan=formats.yuan(value)),)
    if one.kind == "date":
        return (formats.day(visit.language, value),)
    text = known.get(str(value), str(value))
    return (f"{text} {one.unit}" if one.unit else text,)
