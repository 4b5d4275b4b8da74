"""How dates, instants and money are written on pages. Instants are UTC in the API, Shanghai on paper."""

import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from gateway.window.wording import Language

# China has kept one time without summer time since 1991; zoneinfo would need the tzdata files.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
_ARTICLES = re.compile(r"\s*\barts?\.\s*(\d+(?:[, –-]+\d+)*)")
# longest first: one title may begin with another
_LAWS = (
    ("企业名称登记管理规定实施办法", "Enterprise Name Measures (2023)"),
    ("企业名称登记管理规定", "Enterprise Name Regulation (2020)"),
    ("企业名称相同相近比对规则（工商企注字〔2017〕133号）", "Name Comparison Rules (2017)"),
    ("反不正当竞争法", "Anti-Unfair Competition Law"),
    ("商标法", "Trademark Law"),
)
_DIGITS = "〇一二三四五六七八九"
_CLAUSE = re.compile("第([一二三四五六七八九十]+)条(?:第（([一二三四五六七八九十]+)）项)?")
_BABEL = {"zh-CN": "zh_Hans_CN", "en": "en_GB"}


def day(language: Language, value: object) -> str:
    """`2026-11-21` → 2026年11月21日 / 21 November 2026; anything else comes back as it is."""
    if isinstance(value, datetime):
        return day(language, value.astimezone(SHANGHAI).date())
    if isinstance(value, date):
        return format_date(value, "long", locale=_BABEL[language])
    text = "" if value is None else str(value)
    try:
        if len(text) > 10:
            return day(language, datetime.fromisoformat(text.replace("Z", "+00:00")))
        return format_date(date.fromisoformat(text), "long", locale=_BABEL[language])
    except ValueError:
        return text


def moment(language: Language, value: object) -> str:
    """An RFC 3339 instant in Shanghai time, to the minute."""
    try:
        instant = datetime.fromisoformat(str(value).replace("Z", "+00:00")).astimezone(SHANGHAI)
    except ValueError:
        return "" if value is None else str(value)
    pattern = "y年M月d日 HH:mm" if language == "zh-CN" else "d MMMM y, HH:mm"
    return format_datetime(instant, pattern, locale=_BABEL[language])


def law(language: Language, text: object) -> str:
    """A source as services cite it (`公司法 arts. 67, 75`), in Chinese as 公司法第67、75条.

    What is cited in Chinese (第十一条第（三）项) is art. 11(3) in English, behind the law's English name.
    """
    cited = "" if text is None else str(text)
    if language == "en":
        for zh, en in _LAWS:
            cited = cited.replace(zh, en)
        return _CLAUSE.sub(_clause, cited).replace("；", "; ")
    return _ARTICLES.sub(lambda m: f"第{re.sub(', ?', '、', m[1])}条", cited)


def _clause(found: re.Match[str]) -> str:
    article, item = found[1], found[2]
    return f" art. {_numeral(article)}" + (f"({_numeral(item)})" if item else "")


def _numeral(text: str) -> int:
    """一 to 九十九 as a number."""
    tens, ten, ones = text.partition("十")
    if not ten:
        return _DIGITS.index(tens)
    return 10 * (_DIGITS.index(tens) if tens else 1) + (_DIGITS.index(ones) if ones else 0)


def yuan(fen: object) -> str:
    """Integer fen as yuan: 100000000 → 1,000,000 ; 12345 → 123.45."""
    if not isinstance(fen, int):
        return ""
    amount = Decimal(fen) / 100
    whole = amount == amount.to_integral_value()
    return format_decimal(amount, "#,##0" if whole else "#,##0.00", locale="en_GB")


def number(text: object) -> str:
    """A decimal string without noughts at its end: "1.50" → 1.5."""
    try:
        return f"{Decimal(str(text)).normalize():f}"
    except InvalidOperation:
        return ""


def percent(fraction: object) -> str:
    """A decimal fraction in per cent: "0.0345" → 3.45%."""
    try:
        return f"{(Decimal(str(fraction)) * 100).normalize():f}%"
    except InvalidOperation:
        return ""
