"""From a field description and the present draft to what a template draws; no matter is known by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.window import formats
from gateway.window.fields.drawing import Choices as Choices
from gateway.window.fields.drawing import Drawing as Drawing
from gateway.window.fields.drawing import Option as Option
from gateway.window.fields.drawing import Options as Options
from gateway.window.fields.known import known_people
from gateway.window.fields.numbers import understood
from gateway.window.fields.pointers import input_id
from gateway.window.fields.shapes import Field
from gateway.window.wording import label

UNITS = {"percent": "%", "money_yuan": "元"}
FEW = 7
"""Up to so many options stand open as radio buttons; more go into a list to pick from."""


@dataclass(frozen=True, slots=True)
class Widget:
    """One input, or one box of inputs, at a concrete pointer."""

    kind: str
    name: str
    id: str
    label: str
    hint: str
    required: bool
    needed_when: str
    value: Any
    error: str
    unit: str
    max_length: int | None
    options: tuple[Option, ...]
    options_href: str
    item_label: str
    children: tuple["Widget", ...]
    items: tuple[tuple["Widget", ...], ...]
    can_add: bool
    min_items: int
    shown_when: tuple[str, str] | None
    kept: str
    note: str = ""
    known: tuple[str, ...] = ()
    """Of each item (of a group: of itself) what stands in it, in one line, where nothing is left to ask."""
    understood: str = ""
    autocomplete: str = ""


def widgets(
    fields: Sequence[Field], document: Mapping[str, Any], drawing: Drawing, *, base: str = ""
) -> tuple[Widget, ...]:
    """The widgets of a page, filled with the draft."""
    return tuple(
        _widget(f, document.get(f.name), drawing, f"{base}/{f.name}", base) for f in fields
    )


def _widget(one: Field, value: Any, drawing: Drawing, pointer: str, base: str) -> Widget:
    language = drawing.language
    items = _items(one, value, drawing, pointer)
    kept = value if one.sensitive and isinstance(value, str) and "*" in value else ""
    return Widget(
        kind=_kind(one, drawing),
        name=pointer,
        id=input_id(pointer),
        label=label(language, one.label),
        hint=label(language, one.hint),
        required=one.must,
        needed_when=label(language, one.needed_when),
        value="" if kept else _shown(one, value),
        error=drawing.errors.get(pointer, ""),
        unit=one.unit or UNITS.get(one.kind, ""),
        max_length=one.max_length,
        options=_options(one, drawing),
        options_href=one.options_href or "",
        item_label=label(language, one.item_label) or label(language, one.label),
        children=()
        if one.is_list
        else widgets(one.fields, value if isinstance(value, dict) else {}, drawing, base=pointer),
        items=items,
        can_add=len(items) < one.max_items,
        min_items=one.min_items,
        shown_when=(f"{base}/{one.shown_when[0]}", one.shown_when[1]) if one.shown_when else None,
        kept=kept,
        note=drawing.notes.get(pointer, ""),
        known=known_people(one, value, base, drawing),
        understood=understood(language, one.kind, value, one.unit or ""),
        autocomplete=_autocomplete(one, base),
    )


TOKENS = {"phone": "tel", "email": "email", "address": "street-address"}


def _autocomplete(one: Field, base: str) -> str:
    """What the browser may offer (HTML autofill): each person of a form is a section of their own."""
    token = TOKENS.get(one.kind) or ("name" if one.name == "name" and base else "")
    return f"section-{input_id(base)} {token}" if token and base else token


def _items(
    one: Field, value: Any, drawing: Drawing, pointer: str
) -> tuple[tuple[Widget, ...], ...]:
    if not one.is_list:
        return ()
    stored = list(value) if isinstance(value, list) else []
    stored += [{}] * (max(one.min_items, 1 if one.required else 0) - len(stored))
    return tuple(
        widgets(one.fields, item if isinstance(item, dict) else {}, drawing, base=f"{pointer}/{i}")
        for i, item in enumerate(stored)
    )


DRAWN = (
    *("textarea", "lines", "date", "money_yuan", "integer", "decimal", "percent"),
    *("phone", "email", "id_number", "code"),
)


def _kind(one: Field, drawing: Drawing) -> str:
    """The drawing to use; a list of options decides between buttons and a drop-down."""
    if one.is_list:
        return "list"
    if one.is_group:
        return "group"
    if one.kind in ("scope_items", "name_reservation"):
        return one.kind
    options = _options(one, drawing)
    if one.kind == "choices":
        return "checkboxes"
    if one.kind == "yes_no":
        return "yes_no"
    if one.options_href and (
        one.kind == "industry" or not drawing.options[one.options_href].complete
    ):
        return "pick"
    if options or one.options_href:
        return "radios" if len(options) <= FEW and not any(o.group for o in options) else "select"
    return one.kind if one.kind in DRAWN else "text"


def _options(one: Field, drawing: Drawing) -> tuple[Option, ...]:
    if one.options and one.kind != "name_reservation":  # whose options are forms of business
        return tuple(Option(v, label(drawing.language, text)) for v, text in one.options)
    known = drawing.options.get(one.options_href or "")
    return known.options if known else ()


def _shown(one: Field, value: Any) -> Any:
    """A JSON value as the input shows it; what could not be converted is still the typed text."""
    if value is None:
        return [] if one.kind in ("choices", "scope_items") else ""
    if one.kind == "percent" and isinstance(value, str):
        return formats.percent(value).removesuffix("%") or value
    if one.kind == "money_yuan" and isinstance(value, int):
        return formats.yuan(value).replace(",", "")
    if one.kind == "date":
        boxes = str(value).split("-", 2)
        return [*boxes, "", "", ""][:3]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, (list, dict)) else str(value)
