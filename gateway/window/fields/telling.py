"""A wrong place in words: which field, which bound with its unit, and what to do.

The service has decided and says a code with its values; the field's description says how it is called, in
what unit it is answered and how an answer is written. Wording only.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.window import formats
from gateway.window.fields.messages import message, pointer_in_form
from gateway.window.fields.numbers import FAULTS, NUMBERS
from gateway.window.fields.pointers import belongs, parts
from gateway.window.fields.reading import Fault
from gateway.window.fields.shapes import Field, every
from gateway.window.visit import Visiting
from gateway.window.wording import later

BELOW = ("greater_than", "greater_than_equal")
ABOVE = ("less_than", "less_than_equal")
SENTENCES: dict[tuple[str, ...], str] = {
    ("missing",): later("请填写“%(what)s”"),
    ("string_too_short",): later("“%(what)s”至少写 %(bound)s 个字"),
    ("string_too_long",): later("“%(what)s”最多写 %(bound)s 个字，请写短一些"),
    ("too_short",): later("“%(what)s”至少要有 %(bound)s 项，请补上"),
    ("too_long",): later("“%(what)s”最多 %(bound)s 项，请去掉多出的"),
    BELOW: later("“%(what)s”不能小于 %(bound)s，请改大"),
    ABOVE: later("“%(what)s”不能大于 %(bound)s，请改小"),
    ("string_type",): later("“%(what)s”请用文字填写"),
    ("int_type", "int_parsing", "int_from_float"): later("“%(what)s”请填写整数，例如 12"),
    ("decimal_parsing", "decimal_type"): later("“%(what)s”请填写数字，例如 33.5"),
    (
        "date_from_datetime_parsing",
        "date_parsing",
        "date_type",
    ): later("“%(what)s”请填写完整、存在的日期，例如 2026 年 3 月 27 日"),
    ("bool_parsing", "bool_type"): later("“%(what)s”请选择是或否"),
    ("literal_error", "enum", "uuid_parsing", "uuid_type"): later("“%(what)s”请从选项中选择"),
    ("string_pattern_mismatch",): later("“%(what)s”应当这样写：%(format)s"),
}
BY_CODE = {code: text for codes, text in SENTENCES.items() for code in codes}
BOUNDS = {
    "string_too_short": "min_length",
    "too_short": "min_length",
    "string_too_long": "max_length",
    "too_long": "max_length",
    "greater_than": "gt",
    "greater_than_equal": "ge",
    "less_than": "lt",
    "less_than_equal": "le",
}
NOT_READ = ("int_type", "int_parsing", "int_from_float", "decimal_parsing", "decimal_type")
"""What was typed is no number: how one writes it is said by the kind of question."""
WRITTEN = {
    "id_number": later("18 位，最后一位可以是 X"),
    "phone": later("手机号码 11 位数字，例如 13800138000"),
    "email": later("例如 name@example.com"),
    "code": later("18 位数字和大写字母"),
    "decimal": later("数字，例如 33.5"),
    "percent": later("百分数，例如 4.35%"),
    "region": later("从列表中选择"),
    "industry": later("从列表中选择"),
}


def told(
    visit: Visiting,
    error: Mapping[str, Any],
    fields: Sequence[Field],
    meanings: Mapping[str, str] | None = None,
) -> str:
    """One sentence for one wrong place of a form whose questions are `fields`."""
    pointer = pointer_in_form(error)
    asked = _asked(fields, pointer)
    if asked is None:
        return message(visit, error, meanings)
    what = called(visit, fields, pointer)
    code = str(error.get("code", ""))
    if code not in BY_CODE:
        said = message(visit, error, meanings)
        most = _most(visit, asked, error.get("values") or {})
        if most:
            said = visit.say("%(said)s（%(most)s）", said=said, most=most)
        return visit.say("“%(what)s”：%(said)s", what=what, said=said)
    if code in NOT_READ and asked.kind in NUMBERS:
        fault = FAULTS[asked.kind]
        return visit.say("“%(what)s”：%(said)s", what=what, said=visit.say(fault))
    values = {"what": what, "bound": "", "format": _format(visit, asked)}
    if code in BOUNDS:
        values["bound"] = _bound(visit, asked, code, error.get("values") or {})
    if code == "string_pattern_mismatch" and (asked.options or asked.options_href):
        code = "enum"
    return visit.say(BY_CODE[code], **values)


def unread(visit: Visiting, fault: Fault, fields: Sequence[Field], *, base: str = "") -> str:
    """One sentence for what could not be converted, in a form below `base`."""
    pointer = fault.pointer.removeprefix(base) if belongs(fault.pointer, base) else fault.pointer
    what, said = called(visit, fields, pointer), visit.say(fault.message)
    return visit.say("“%(what)s”：%(said)s", what=what, said=said) if what else said


def by_pointer(
    visit: Visiting,
    errors: Sequence[Mapping[str, Any]],
    fields: Sequence[Field],
    meanings: Mapping[str, str],
) -> dict[str, str]:
    """The first message of each place in the form."""
    found: dict[str, str] = {}
    for error in errors:
        found.setdefault(pointer_in_form(error), told(visit, error, fields, meanings))
    return found


def called(visit: Visiting, fields: Sequence[Field], pointer: str) -> str:
    """What a place is called, with who or which: 股东 2 的“姓名” is 股东 2 · 姓名."""
    names: list[str] = []
    level: Sequence[Field] = fields
    one: Field | None = None
    for step in parts(pointer):
        if step.isdigit() and one is not None and one.is_list:
            title = visit.label(one.item_label) or visit.label(one.label)
            names[-1:] = [f"{title} {int(step) + 1}"]
            continue
        one = next((f for f in level if f.name == step), None)
        if one is None:
            break
        names.append(visit.label(one.label))
        level = one.fields
    return " · ".join(names)


def _asked(fields: Sequence[Field], pointer: str) -> Field | None:
    general = "/".join("*" if part.isdigit() else part for part in pointer.split("/"))
    general = general.removesuffix("/*")  # a place in a plain list is said of the list
    return next((f for f in every(tuple(fields)) if f.pointer == general), None)


def _format(visit: Visiting, asked: Field) -> str:
    known = WRITTEN.get(asked.kind)
    said = visit.label(asked.format) or (visit.say(known) if known else "")
    return said or visit.label(asked.hint) or visit.say("只用文字、数字和常用标点")


def _most(visit: Visiting, asked: Field, values: Mapping[str, Any]) -> str:
    """The bound that a rule went by, where its code says none: in the unit that the field is answered in."""
    if values.get("most_fen") is not None:
        return visit.say("最高 %(yuan)s 元", yuan=formats.yuan(values["most_fen"]))
    if values.get("most_months") is not None:
        return visit.say("最长 %(n)s 个月", n=values["most_months"])
    if values.get("most") is not None and asked.kind == "percent":
        return visit.say("不超过 %(rate)s", rate=formats.percent(values["most"]))
    return ""


def _bound(visit: Visiting, asked: Field, code: str, values: Mapping[str, Any]) -> str:
    """The bound in the unit that the field is answered in."""
    name = BOUNDS[code]
    declared = {
        "min_length": asked.min_length or asked.min_items or 1,
        "max_length": asked.max_length or asked.max_items,
        "ge": asked.minimum,
        "gt": asked.minimum,
        "le": asked.maximum,
        "lt": asked.maximum,
    }
    bound = values.get(name, declared[name])
    if asked.kind == "money_yuan":
        return visit.say("%(yuan)s 元", yuan=formats.yuan(int(bound)))
    if asked.kind == "percent":
        return formats.percent(bound)
    if asked.kind == "date":
        return formats.day(visit.language, bound)
    counted = name not in ("min_length", "max_length") and asked.unit
    return f"{bound} {asked.unit}" if counted else str(bound)
