"""What must hold of every text, not only of names."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.registration.names.comparison import compare, key_of
from services.registration.names.normalising import normalise, readings, standard_characters
from services.registration.names.parsing import parse

WORDS = (
    "店|馆|与|(|）|龍|Ａ|1| |青屿|青屿市|江苏省镇江市|中国|（中国）|（青屿）|内蒙古|星河|东方|问鼎|长乐|"
    "科技|网络科技|食品|发展|国际|集团|（集团）|有限公司|股份有限公司|合伙企业（有限合伙）|分公司"
)
PIECES = st.sampled_from(re.split("[|]", WORDS))
NAMES = st.one_of(st.lists(PIECES, max_size=8).map("".join), st.text(max_size=60))


@settings(max_examples=400, deadline=None)
@given(NAMES)
@example("")
@example("（）")
@example("乾照（青屿）光电有限公司")
def test_the_parts_join_to_the_normalised_name(text: str) -> None:
    parsed = parse(text)
    assert "".join(segment.text for segment in parsed.segments) == normalise(text)
    assert all(segment.text for segment in parsed.segments)


@settings(max_examples=300, deadline=None)
@given(NAMES)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@settings(max_examples=300, deadline=None)
@given(NAMES)
def test_parsing_the_written_form_gives_the_same_parts(text: str) -> None:
    assert parse(normalise(text)) == parse(text)


@settings(max_examples=300, deadline=None)
@given(NAMES, NAMES)
def test_likeness_of_identity_is_symmetric(a: str, b: str) -> None:
    one, two = key_of(parse(a)), key_of(parse(b))
    assert (compare(one, two) is None) == (compare(two, one) is None)
    assert compare(one, one) is not None


@given(st.text(alphabet=sorted(standard_characters()), min_size=1, max_size=8))
def test_every_standard_character_has_a_reading(text: str) -> None:
    ways = readings(text)
    assert ways
    assert all(len(way) == len(text) for way in ways)
