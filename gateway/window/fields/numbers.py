"""Amounts and numbers as people write and paste them, and what they mean exactly.

    read_number("money_yuan", "100万") == 100000000 (fen)      read_number("percent", "4.35%") == "0.0435"

By Decimal, never by float. Only spelling is understood here: 100万, 1.5 亿, full-width 12,000.50元, RMB 60.5.
Whether an amount is allowed is the service's to say.
"""

import re
import unicodedata
from decimal import Decimal
from typing import Literal

from gateway.window import formats
from gateway.window.wording import Language, later, sentence

NumberKind = Literal["money_yuan", "percent", "integer", "decimal"]
NUMBERS: tuple[NumberKind, ...] = ("money_yuan", "percent", "integer", "decimal")
FAULTS: dict[NumberKind, str] = {
    "money_yuan": later("请填写金额，单位为元，例如 1000000、1000000.50 或 100万"),
    "percent": later("请填写百分数，例如 4.35%"),
    "integer": later("请填写整数，没有小数，例如 12"),
    "decimal": later("请填写数字，例如 33.5"),
}
_PLAIN = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")
_TIMES = {
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "十万": 10**5,
    "万": 10**4,
    "w": 10**4,
    "千": 10**3,
    "百": 10**2,
    "": 1,
}
_PIECE = re.compile(
    r"(\d{1,18}(?:\.\d{1,12})?|\.\d{1,12})(亿|千万|百万|十万|万|w|千|百|)", re.ASCII
)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_MOST = 10**18
_ALSO = {"m2": ("平方米", "平米", "平方", "方")}
"""What people write for a unit."""
LONG = 10_000
"""Fewer digits are read at a glance."""


def read_number(kind: NumberKind, text: str, *, unit: str = "") -> int | str | None:
    """The value as the API wants it (fen, a whole number, a decimal string), or None where it is none."""
    plain = _plain(text, unit)
    if kind == "percent":
        return _percent(plain)
    value = _decimal(plain.removesuffix("%") if unit == "%" else plain)
    if value is None:
        return None
    if kind == "decimal":
        return f"{value:f}"
    if kind == "money_yuan":
        value *= 100
    return int(value) if value == value.to_integral_value() and abs(value) < _MOST else None


def _plain(text: str, unit: str) -> str:
    """Without blanks, currency and the field's own unit, in half width."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()
    for word in ("人民币", "rmb", "cny", "¥"):
        plain = plain.removeprefix(word)
    own = unicodedata.normalize("NFKC", unit).casefold()
    for word in (own, *_ALSO.get(own, ()), "元整", "圆整", "元", "圆"):
        plain = plain.removesuffix(word) if word != "%" else plain
    return plain


def _decimal(plain: str) -> Decimal | None:
    """A number with 万 and 亿 in it: 1亿2000万 is 120000000. A smaller unit follows a larger one."""
    negative, plain = plain.startswith("-"), plain.removeprefix("-")
    if "," in plain:
        head = re.match(r"[\d,.]*", plain)
        if head is None or not _GROUPED.fullmatch(head.group()):
            return None
        plain = plain.replace(",", "")
    total, least, at = Decimal(0), 10**9, 0
    while at < len(plain):
        found = _PIECE.match(plain, at)
        if found is None or _TIMES[found[2]] >= least:
            return None
        least = _TIMES[found[2]]
        total += Decimal(found[1]) * least
        at = found.end()
    return (-total if negative else total) if at else None


def _percent(plain: str) -> str | None:
    """A decimal fraction: 4.35 and 4.35% are 0.0435, 4.35‰ is 0.00435."""
    parts = Decimal(1000 if plain.endswith("‰") else 100)
    value = _decimal(plain.removeprefix("百分之").rstrip("%‰"))
    return None if value is None else f"{(value / parts).normalize():f}"


def understood(language: Language, kind: str, value: object, unit: str = "") -> str:
    """What was understood, in digits: = 1,000,000 元. Empty where there is nothing to say, or where what was
    typed is no number and came back as it was."""
    if isinstance(value, str) and not _PLAIN.fullmatch(value):
        return ""
    if kind == "money_yuan" and isinstance(value, int):
        return sentence(language, "= %(yuan)s 元", yuan=formats.yuan(value))
    if kind == "percent" and isinstance(value, str):
        return f"= {formats.percent(value)}"
    if kind == "integer" and isinstance(value, int) and value >= LONG:
        return f"= {value:,} {unit}".rstrip()
    if kind == "decimal" and isinstance(value, str) and Decimal(value) >= LONG:
        return f"= {formats.number(value)} {unit}".rstrip()
    return ""
