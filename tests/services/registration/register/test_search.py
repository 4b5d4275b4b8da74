"""How a typed text is understood and what a name is found by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.register.search import name_keys, understand


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("91980101XY00000123", "code_prefix"),
        ("91980101xy", "code_prefix"),
        ("云帆", "contains"),
        ("帆", "contains"),
        ("yunfan", "letters"),
        ("Yun Fan", "letters"),
        ("qyyf", "letters"),
        ("A股", "contains"),
    ],
)
def test_a_text_is_read_as_code_name_or_letters(text: str, kind: str) -> None:
    query = understand(text)
    assert query is not None
    assert getattr(query, kind)


@pytest.mark.parametrize("text", ["a", " ", "（）", "'"])
def test_a_text_that_says_nothing_is_refused(text: str) -> None:
    assert understand(text) is None


@given(
    st.text(alphabet="青屿云帆长乐重行舟科技发展（）有限公司", min_size=2, max_size=20), st.data()
)
def test_every_fragment_of_a_name_finds_it(name: str, data: st.DataObject) -> None:
    keys = name_keys(name)
    if len(keys.compact) < 1:
        return
    start = data.draw(st.integers(0, len(keys.compact) - 1))
    end = data.draw(st.integers(start + 1, len(keys.compact)))
    query = understand(keys.compact[start:end])
    assert query is not None
    assert set(query.tokens) <= set(keys.tokens)
    assert query.contains is not None
    assert query.contains in keys.compact


@pytest.mark.parametrize("letters", ["changle", "zhangle", "changyue", "qycl", "qyzl"])
def test_all_readings_of_a_polyphone_find_the_name(letters: str) -> None:
    keys = name_keys("青屿长乐科技有限公司")
    query = understand(letters)
    assert query is not None
    by_pinyin = set(query.pinyin_tokens) <= set(keys.tokens) and letters in keys.pinyin
    by_initials = set(query.initial_tokens) <= set(keys.tokens) and letters in keys.initials
    assert by_pinyin or by_initials


def test_a_traditional_fragment_finds_the_simplified_name() -> None:
    query = understand("雲帆")
    assert query is not None
    assert query.contains == "云帆"
