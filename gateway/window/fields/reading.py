"""From what a browser posts to the JSON that the service wants.

Converts how people write (yuan, three boxes for a date, full-width digits) and nothing more. What cannot be
converted stays in the document as it was typed, with a fault beside it, so that the page comes back as the
person left it. Whether a value is allowed is the service's to say.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.datastructures import FormData

from gateway.window.fields.numbers import FAULTS, read_number
from gateway.window.fields.pointers import MISSING
from gateway.window.fields.shapes import Field
from gateway.window.wording import later

LISTS = ("choices", "scope_items")


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong place: the input's pointer and a Chinese sentence for `say`."""

    pointer: str
    message: str


def read_fields(
    fields: tuple[Field, ...], posted: FormData, *, base: str = ""
) -> tuple[dict[str, Any], list[Fault]]:
    """The answered fields under `base` as an object, and what could not be converted."""
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    for one in fields:
        value, wrong = _read(one, posted, f"{base}/{one.name}")
        if value is not MISSING:
            found[one.name] = value
            faults += wrong
    hidden = [f.name for f in fields if not is_shown(f, found)]
    for name in hidden:
        found.pop(name, None)
    unseen = tuple(f"{base}/{name}" for name in hidden)
    return found, [f for f in faults if not f.pointer.startswith(unseen)] if unseen else faults


def is_shown(one: Field, siblings: Mapping[str, Any]) -> bool:
    """Whether a field is asked for, given its siblings' answers."""
    if one.shown_when is None:
        return True
    name, wanted = one.shown_when
    value = siblings.get(name)
    plain = str(value).lower() if isinstance(value, bool) else str(value)
    return plain == wanted or (isinstance(value, list) and wanted in value)


def _read(one: Field, posted: FormData, pointer: str) -> tuple[Any, list[Fault]]:
    if one.is_list:
        return _read_list(one, posted, pointer)
    if one.is_group:
        inside, faults = read_fields(one.fields, posted, base=pointer)
        return (inside or MISSING), faults
    if one.kind in LISTS:
        chosen = [v for v in posted.getlist(pointer) if isinstance(v, str) and v]
        return (list(dict.fromkeys(chosen)) or MISSING), []
    return _read_one(one, posted, pointer)


def _read_list(one: Field, posted: FormData, pointer: str) -> tuple[Any, list[Fault]]:
    items: list[Any] = []
    faults: list[Fault] = []
    for index in range(_count(posted, pointer, one.max_items)):
        item, wrong = read_fields(one.fields, posted, base=f"{pointer}/{index}")
        items.append(item)
        faults += wrong
    return (items or MISSING), faults


def _count(posted: FormData, pointer: str, most: int) -> int:
    raw = posted.get(f"{pointer}#count")
    return min(int(raw), most) if isinstance(raw, str) and raw.isdigit() and len(raw) < 4 else 0


def _read_one(one: Field, posted: FormData, pointer: str) -> tuple[Any, list[Fault]]:
    if one.kind == "date":
        return _read_date(posted, pointer)
    raw = posted.get(pointer)
    text = raw.strip() if isinstance(raw, str) else ""
    if not text:
        kept = posted.get(f"{pointer}#kept")
        return (kept if one.sensitive and isinstance(kept, str) and kept else MISSING), []
    match one.kind:
        case "money_yuan" | "integer" | "decimal" | "percent" as kind:
            number = read_number(kind, text, unit=one.unit or "")
            faults = [] if number is not None else [Fault(pointer, FAULTS[kind])]
            return (text if number is None else number), faults
        case "code":
            return "".join(unicodedata.normalize("NFKC", text).split()).upper(), []
        case "yes_no":
            return {"true": True, "false": False}.get(text, MISSING), []
        case "id_number" | "phone" | "email":
            return unicodedata.normalize("NFKC", text).replace(" ", ""), []
        case "lines":
            return [line.strip() for line in text.splitlines() if line.strip()], []
        case _:
            return text.replace("\r\n", "\n"), []


def _read_date(posted: FormData, pointer: str) -> tuple[Any, list[Fault]]:
    boxes = [posted.get(f"{pointer}#{part}") for part in ("year", "month", "day")]
    typed = [unicodedata.normalize("NFKC", b).strip() if isinstance(b, str) else "" for b in boxes]
    if not any(typed):
        return MISSING, []
    try:
        year, month, day = (int(t) for t in typed)
        return date(year, month, day).isoformat(), []
    except ValueError:
        fault = Fault(pointer, later("请填写完整、存在的日期，例如 2026 年 3 月 27 日"))
        return "-".join(typed), [fault]


def missing(
    fields: tuple[Field, ...], document: Mapping[str, Any], *, base: str = ""
) -> list[tuple[str, Field]]:
    """Required questions without an answer, each with its concrete pointer."""
    absent: list[tuple[str, Field]] = []
    for one in fields:
        if not is_shown(one, document):
            continue
        pointer, value = f"{base}/{one.name}", document.get(one.name)
        if one.is_list:
            absent += _missing_in_list(one, value, pointer)
        elif one.is_group and (value or one.required):
            absent += missing(one.fields, value or {}, base=pointer)
        elif one.must and value in (None, "", [], {}):
            absent.append((pointer, one))
    return absent


def _missing_in_list(one: Field, value: Any, pointer: str) -> list[tuple[str, Field]]:
    items = value if isinstance(value, list) else []
    absent: list[tuple[str, Field]] = []
    if len(items) < max(one.min_items, 1 if one.required else 0):
        absent.append((pointer, one))
    for index, item in enumerate(items):
        absent += missing(one.fields, item or {}, base=f"{pointer}/{index}")
    return absent
