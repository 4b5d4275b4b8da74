"""What the services' codes for wrong values mean to a person in front of the field.

A code that is not here is shown by the service's own `detail`. Wording only: the service has decided.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.window import formats
from gateway.window.fields.pointers import belongs
from gateway.window.fields.shapes import Page
from gateway.window.visit import Visiting
from gateway.window.wording import later

MESSAGES: dict[str, str] = {
    "missing": later("请填写这一项"),
    "string_too_short": later("内容太短"),
    "string_too_long": later("内容太长，最多 %(max_length)s 个字"),
    "string_type": later("请填写文字"),
    "string_pattern_mismatch": later("格式不正确"),
    "invisible_character": later("含有看不见的字符，请重新输入"),
    "name_characters": later("姓名不能含有 %(characters)s"),
    "name_length": later("请填写证件上的完整姓名，2 至 50 个字"),
    "id_number_shape": later("身份证件号码应为 18 位，最后一位可以是 X"),
    "phone_shape": later("请填写手机号码，或带区号的固定电话，例如 0511-88888888"),
    "uscc_shape": later("统一社会信用代码应为 18 位数字和字母，不含 I、O、S、V、Z"),
    "account_shape": later("账号应为 8 至 32 位数字"),
    "reference_characters": later("只能用文字、字母、数字和 . _ / - ( ) [ ]"),
    "character_not_printable": later("含有执照和文书无法印出的字符（%(characters)s）"),
    "too_short": later("至少需要 %(min_length)s 项"),
    "too_long": later("最多 %(max_length)s 项"),
    "greater_than": later("数值太小"),
    "greater_than_equal": later("数值太小"),
    "less_than": later("数值太大"),
    "less_than_equal": later("数值太大"),
    "int_type": later("请填写整数"),
    "int_parsing": later("请填写整数"),
    "decimal_parsing": later("请填写数字"),
    "date_from_datetime_parsing": later("请填写正确的日期"),
    "date_parsing": later("请填写正确的日期"),
    "date_type": later("请填写正确的日期"),
    "correction_unanswered": later(
        "这里要补正，还没有改：%(detail)s。请修改，或者在办件页写明不改的理由"
    ),
    "in_the_future": later("日期不能晚于今天"),
    "grant_limit_exceeded": later("最多 %(most)s 家"),
    "grant_term_not_allowed": later("日期应当在 %(from)s 和 %(to)s 之间"),
    "reversal_date_refused": later("日期应当在 %(from)s 和 %(to)s 之间"),
    "bool_parsing": later("请选择是或否"),
    "bool_type": later("请选择是或否"),
    "literal_error": later("请从选项中选择"),
    "enum": later("请从选项中选择"),
    "uuid_parsing": later("请从选项中选择"),
}


def message(
    visit: Visiting, error: Mapping[str, Any], meanings: Mapping[str, str] | None = None
) -> str:
    """One sentence for one wrong place; `meanings` are the service's own labels of its codes."""
    code = str(error.get("code", ""))
    detail = visit.label(error.get("detail"))
    if code in MESSAGES:
        try:
            return visit.say(MESSAGES[code], **(error.get("values") or {}))
        except KeyError:
            return visit.say("内容不符合要求")
    if meanings and code in meanings:
        law = formats.law(visit.language, (error.get("values") or {}).get("legal_basis"))
        return (
            visit.say("%(what)s（%(law)s）", what=meanings[code], law=law)
            if law
            else meanings[code]
        )
    return detail or visit.say("内容不符合要求（%(code)s）", code=code)


def pointer_in_form(error: Mapping[str, Any]) -> str:
    """The pointer into the form, also when it came from the body that carried the form."""
    pointer = str(error.get("pointer", ""))
    return pointer.removeprefix("/form") if belongs(pointer, "/form") else pointer


def page_with(pages: Sequence[Page], pointer: str) -> Page | None:
    """The page on which a place of the form is asked for."""
    return next((p for p in pages if any(belongs(pointer, f"/{f.name}") for f in p.fields)), None)
