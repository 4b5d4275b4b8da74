"""A form as its reader checks it: question and answer, page by page, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    anchor: str
    heading: bool = False


def answers(
    visit: Visiting,
    fields: Sequence[Field],
    document: Mapping[str, Any],
    options: Options,
    *,
    base: str = "",
) -> list[Row]:
    """The rows of one page. A group or an item of a list is a heading with its rows after it."""
    rows: list[Row] = []
    for one in fields:
        if not is_shown(one, document):
            continue
        value, pointer = document.get(one.name), f"{base}/{one.name}"
        label = visit.label(one.label)
        if one.is_list:
            rows += _items(visit, one, value, options, pointer)
        elif one.is_group:
            rows.append(Row(label, (), input_id(pointer), heading=True))
            rows += answers(visit, one.fields, value or {}, options, base=pointer)
        else:
            rows.append(Row(label, _said(visit, one, value, options), input_id(pointer)))
    return rows


def _items(visit: Visiting, one: Field, value: Any, options: Options, pointer: str) -> list[Row]:
    items = value if isinstance(value, list) else []
    if not items:
        return [Row(visit.label(one.label), (), input_id(pointer))]
    title = visit.label(one.item_label) or visit.label(one.label)
    rows: list[Row] = []
    for index, item in enumerate(items):
        at = f"{pointer}/{index}"
        rows.append(Row(f"{title} {index + 1}", (), input_id(at), heading=True))
        rows += answers(visit, one.fields, item or {}, options, base=at)
    return rows


def _said(visit: Visiting, one: Field, value: Any, options: Options) -> tuple[str, ...]:
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
