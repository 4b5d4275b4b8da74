"""What the pages say, in Chinese first and in English.

The source language is zh-CN: templates and code carry the Chinese sentence itself, and
`locale/<language>/window.po` holds every other language (gettext, read by babel). Must not translate
what services answer: their replies come in the reader's language already.
"""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Literal, cast

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")
FIRST: Language = "zh-CN"
LOCALE = Path(__file__).parent / "locale"


@cache
def catalogue(language: Language) -> NullTranslations:
    """The messages of `language`, compiled from its .po once per process; Chinese needs none."""
    if language == FIRST:
        return NullTranslations()
    with (LOCALE / language / "window.po").open("rb") as source:
        messages = read_po(source, locale=language, domain="window")
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled, domain="window")


def sentence(language: Language, message: str, **values: object) -> str:
    """`message` (written in Chinese) in `language`, with `%(name)s` filled in."""
    text = catalogue(language).gettext(message)
    return text % values if values else text


def later(message: str) -> str:
    """Marks a Chinese sentence that reaches `sentence` through a variable, so that extraction finds it."""
    return message


def label(language: Language, text: object) -> str:
    """A text that a service gave in both languages (`{"zh-CN": …, "en": …}`), or a plain one."""
    if isinstance(text, dict):
        both = cast(dict[str, Any], text)
        short = {"zh-CN": "zh", "en": "en"}[language]
        found = both.get(language) or both.get(short) or both.get(FIRST) or both.get("zh")
        return str(found or next(iter(both.values()), ""))
    return "" if text is None else str(text)


def language_of(accept: str) -> Language:
    """The first language of an Accept-Language header that the pages speak."""
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept.lower().split(",")[:20]):
        tag, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), place, tag))
        except ValueError:
            continue
    for _, _, tag in sorted(wanted):
        if tag.startswith("zh"):
            return "zh-CN"
        if tag.startswith("en"):
            return "en"
    return FIRST
