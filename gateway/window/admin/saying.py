"""What identity and the shapes of its requests refuse, in words, beside the field that they are about."""

from pydantic import ValidationError

from gateway.window.accounts.saying import said
from gateway.window.visit import Visiting
from gateway.window.wording import later
from kit.errors import Problem

FIELDS = {
    "client_id": later("应用标识：小写字母、数字、- 和 _，最多 64 位"),
    "name_zh": later("请填写中文名称"),
    "name_en": later("请填写英文名称"),
    "scopes": later("请至少选择一项授权范围"),
    "redirect_uris": later("回调地址最多 10 个，每个不超过 500 字符"),
    "org": later("机构代码：小写字母、数字、- 和 _"),
    "jwks": later("这不是一把 JWK 公钥"),
    "username": later("请填写手机号或电子邮箱"),
    "password": later("密码至少 10 个字符，最多 128 个"),
    "name": later("请填写证件上的姓名"),
    "roles": later("请至少选择一个角色"),
    "regions": later("行政区代码为 6 位数字，多个用空格隔开"),
}
REFUSED = {
    "bad_key": later("公钥要求 ES256、PS256 或 EdDSA，带 alg，且不含私钥部分"),
    "repeated_kid": later("两把密钥同名"),
    "machine_needs_keys_only": later("机器应用要登记公钥，不填回调地址"),
    "app_needs_addresses_only": later("代表个人的应用要填回调地址，不选角色"),
    "bad_redirect_uri": later("回调地址须为 https，或本机的 http://127.0.0.1，不含 #"),
    "too_many_keys": later("最多 5 把可用密钥，请先作废旧的"),
}
_BOXES = {"jwks": "jwk"}


def shape_lines(visit: Visiting, error: ValidationError) -> list[dict[str, str]]:
    """One line for each field that has not the shape asked for."""
    fields = dict.fromkeys(str(one["loc"][0]) for one in error.errors() if one["loc"])
    return [
        {"field": _BOXES.get(name, name), "text": visit.say(FIELDS.get(name, "请检查这一项"))}
        for name in fields
    ]


def refused_lines(visit: Visiting, refused: Problem, *, first: str) -> list[dict[str, str]]:
    """Identity's refusal, beside the first part of each pointer."""
    if not all(error.code in REFUSED for error in refused.errors) or not refused.errors:
        return said(visit, refused, first=first)
    lines = []
    for error in refused.errors:
        name = error.pointer.strip("/").partition("/")[0]
        field = _BOXES.get(name, name) or first
        lines.append({"field": field, "text": visit.say(REFUSED[error.code])})
    return lines
