"""Both languages are complete, and texts are written as each language writes them."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from gateway.window import formats
from gateway.window.preferences import safe_next
from gateway.window.wording import LOCALE, label, language_of, sentence

WINDOW = LOCALE.parent
KEYWORDS = {"_": None, "gettext": None, "say": None, "later": None, "sentence": (2,)}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"newstyle_gettext": "true"}}


def _messages() -> set[str]:
    found = extract_from_dir(str(WINDOW), METHODS, OPTIONS, keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found if isinstance(message, str)}


def test_every_sentence_of_the_pages_has_its_english() -> None:
    with (LOCALE / "en" / "window.po").open("rb") as source:
        english = read_po(source, locale="en")
    missing = [m for m in _messages() if m not in english or not english[m].string]
    assert missing == []


def test_english_fills_in_the_same_values_as_chinese() -> None:
    with (LOCALE / "en" / "window.po").open("rb") as source:
        english = read_po(source, locale="en")
    placeholder = re.compile(r"%\(\w+\)s")
    for message in english:
        if message.id:
            asked = sorted(placeholder.findall(str(message.id)))
            assert asked == sorted(placeholder.findall(str(message.string))), message.id


def test_no_template_carries_a_chinese_sentence_outside_of_translation() -> None:
    outside = []
    for template in Path(WINDOW / "templates").rglob("*.html"):
        text = re.sub(r"\{#.*?#\}|\{% trans.*?endtrans %\}", "", template.read_text(), flags=re.S)
        text = re.sub(r'_\("[^"]*"(?:, [^)]*)?\)', "", text)
        left = re.findall(r"[\u4e00-\u9fff]+", text)
        if left and set(left) != {"中文"}:
            outside.append((template.name, left))
    assert outside == []


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh-CN"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-TW,en;q=0.8", "zh-CN"),
        ("fr,en;q=0.3,zh;q=0.5", "zh-CN"),
        ("en;q=nonsense", "zh-CN"),
    ],
)
def test_the_first_language_that_pages_speak_wins(header: str, language: str) -> None:
    assert language_of(header) == language


def test_labels_come_in_the_readers_language_and_fall_back_to_chinese() -> None:
    assert label("en", {"zh": "名称", "en": "Name"}) == "Name"
    assert label("en", {"zh": "名称"}) == "名称"
    assert label("zh-CN", None) == ""
    assert sentence("en", "承诺办结：") == "Promised by: "


def test_instants_are_shown_in_shanghai_and_dates_in_words() -> None:
    assert formats.moment("zh-CN", "2026-11-21T16:30:00Z") == "2026年11月22日 00:30"
    assert formats.day("en", "2026-11-21") == "21 November 2026"
    assert formats.day("zh-CN", "2026-11-21T16:30:00Z") == "2026年11月22日"
    assert formats.yuan(12345) == "123.45"


def test_articles_are_cited_as_each_language_cites_them() -> None:
    assert formats.law("zh-CN", "公司法 arts. 67, 75") == "公司法第67、75条"
    assert formats.law("zh-CN", "市场主体登记管理条例 art. 19") == "市场主体登记管理条例第19条"
    assert formats.law("zh-CN", "GB 11643") == "GB 11643"
    assert formats.law("en", "公司法 art. 7") == "公司法 art. 7"
    cited = "企业名称登记管理规定实施办法第十六条第（三）项；商标法第五十八条"
    assert (
        formats.law("en", cited)
        == "Enterprise Name Measures (2023) art. 16(3); Trademark Law art. 58"
    )
    assert (
        formats.law("en", "企业名称登记管理规定第十条")
        == "Enterprise Name Regulation (2020) art. 10"
    )
    assert formats.law("zh-CN", cited) == cited


@pytest.mark.parametrize(
    "target", ["", "//x", "https://x", "/\\x", "/a\nb", "javascript:alert(1)", "x"]
)
def test_a_way_back_never_leaves_these_pages(target: str) -> None:
    assert safe_next(target) == "/"
