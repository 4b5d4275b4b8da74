"""Identity's refusals in the words of the account pages, beside the field they are about.

Must not decide anything: every code comes from `gateway.identity`.
"""

from collections.abc import Mapping
from typing import Any

from gateway.window.visit import Visiting
from gateway.window.wording import later
from kit.errors import Problem

# what identity's codes mean to somebody in front of the form
FAULTS = {
    "username_shape": later("请填写手机号或电子邮箱"),
    "password_length": later("密码至少 10 个字符，最多 128 个"),
    "password_characters": later("密码含有不能使用的字符"),
    "password_common": later("这个密码太常见，请换一个"),
    "password_personal": later("密码不要包含您的账号或证件号码"),
    "name_length": later("请填写证件上的姓名"),
    "name_characters": later("姓名不能含有 %(characters)s"),
    "character_not_printable": later(
        "姓名中的 %(characters)s 目前无法印在执照和文书上，请联系登记窗口办理"
    ),
    "id_number_shape": later("身份证件号码应为 18 位，最后一位可以是 X"),
    "id_number_check": later("身份证号码不正确，请逐位核对"),
    "id_number_birth_date": later("身份证号码中的出生日期不正确"),
    "id_number_too_young": later("未满 16 周岁不能自行注册"),
}
OWN = {
    "username_taken": "username",
    "person_has_account": "id_number",
    "real_name_mismatch": "name",
}
"""Beside which field a refusal without places of its own is said."""


def text_of(visit: Visiting, name: str, *, strip: bool = True) -> str:
    value = visit.posted.get(name)
    text = value if isinstance(value, str) else ""
    return text.strip() if strip else text


def said(
    visit: Visiting, refused: Problem, *, first: str, own: Mapping[str, str] = OWN
) -> list[dict[str, str]]:
    """Identity's refusal as lines of the error summary, each beside its field."""
    body: dict[str, Any] = refused.body(visit.language, instance=None, request_id=None)
    lines: list[dict[str, str]] = []
    for error in refused.errors:
        text = (
            visit.say(FAULTS[error.code], **error.values) if error.code in FAULTS else error.detail
        )
        lines.append({"field": error.pointer.strip("/") or first, "text": text or body["title"]})
    if not lines:
        said = " ".join(str(t) for t in (body["title"], body["detail"]) if t)
        lines.append({"field": own.get(refused.code, first), "text": said})
    return lines
