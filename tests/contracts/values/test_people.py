"""A person's name, number and phone: however they are typed, one spelling; what they cannot be is refused."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from contracts.values import IdNumber, PartyName, PersonName, Phone, name_key, person_name
from contracts.values.people import phone, same_name

DOTS = "·•‧･⋅．・∙․·●.⸱ꞏ"
name_of = TypeAdapter(PersonName).validate_python
number_of = TypeAdapter(IdNumber).validate_python
phone_of = TypeAdapter(Phone).validate_python
party_of = TypeAdapter(PartyName).validate_python


@pytest.mark.parametrize("dot", DOTS)
@pytest.mark.parametrize("blank", ["", " ", "\u3000"])
def test_every_dot_is_the_one_of_the_register(dot: str, blank: str) -> None:
    assert name_of(f"买买提{blank}{dot}{blank}艾力") == "买买提\u00b7艾力"
    assert name_of(f"阿卜杜拉{dot}买买提{dot}艾力") == "阿卜杜拉\u00b7买买提\u00b7艾力"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("李〇", "李〇"),
        (" 张　三 ", "张三"),
        ("ZHANG  SAN", "ZHANG SAN"),
        ("ＺＨＡＮＧ　ｓａｎ", "ZHANG san"),
        ("Jose\u0301 Nun\u0303ez", "José Nuñez"),
        ("J. O’Brien", "J. O'Brien"),
        ("Anne–Marie", "Anne-Marie"),
        ("⼭⽥太", "山田太"),  # radicals, as some PDF files give them
        ("𬱖燕", "𬱖燕"),
        ("﨑山", "﨑山"),
    ],
)
def test_a_name_has_one_spelling(typed: str, stored: str) -> None:
    assert name_of(typed) == stored
    assert name_of(stored) == stored


@pytest.mark.parametrize(
    ("typed", "code", "named"),
    [
        ("张\n三", "name_characters", "U+000A"),
        ("张3丰", "name_characters", "3"),
        ("张３丰", "name_characters", "3"),
        ("!!", "name_characters", "!"),
        ("<b>张", "name_characters", "<"),
        ("\u202d林晓舟\u202c", "name_characters", "U+202D"),
        ("林\u200b晓舟", "name_characters", "U+200B"),
        ("林\ufe0f晓舟", "name_characters", "U+FE0F"),
        ("林\u3164舟", "name_characters", "U+3164"),
        ("·艾力", "name_characters", "·"),
        ("林😀", "name_characters", "😀"),
        ("林@晓", "name_characters", "@"),
        ("王𰀀", "character_not_printable", "𰀀（U+30000）"),
        ("张𮯰", "character_not_printable", "𮯰（U+2EBF0）"),
        ("Łukasz", "character_not_printable", "Ł"),
        ("李", "name_length", ""),
        ("", "name_length", ""),
        ("林" * 51, "name_length", ""),
    ],
)
def test_what_is_no_name_is_refused_and_the_character_named(
    typed: str, code: str, named: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        name_of(typed)
    (error,) = refused.value.errors()
    assert error["type"] == code
    assert named in error.get("ctx", {}).get("characters", "")


def test_spellings_of_one_person_have_one_key() -> None:
    one = ["ZHANG SAN", "ZHANG  SAN", "Zhang San", "zhang san", "ＺＨＡＮＧ　ＳＡＮ", "ZhangSan"]
    assert {name_key(name) for name in one} == {"zhangsan"}
    assert same_name("买买提•艾力", "买买提·艾力")
    assert same_name("Jose\u0301", "JOSÉ")
    assert not same_name("张三", "张叁")
    assert not same_name("Jose", "José")


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_a_name_that_is_taken_is_stable_composed_and_seen(text: str) -> None:
    try:
        name = person_name(text)
    except PydanticCustomError:
        return
    assert person_name(name) == name
    assert unicodedata.is_normalized("NFC", name)
    assert name.isprintable() or any(ord(c) > 0x2E80 for c in name)
    assert not set(name) & set("\n\t0123456789<>!@")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("98010119900101012x", "98010119900101012X"),
        ("980101 19900101 0121", "980101199001010121"),
        ("９８０１０１１９９００１０１０１２１", "980101199001010121"),
        ("980101-19900101-0121", "980101199001010121"),
        ("911124198108030024", "911124198108030024"),
    ],
)
def test_an_id_number_has_one_spelling(typed: str, stored: str) -> None:
    assert number_of(typed) == stored


@pytest.mark.parametrize(
    "typed",
    ["", "98010119900101012", "9801011990010101234", "08010119900101012X", "98010119900101X121"],
)
def test_what_is_no_id_number_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        number_of(typed)
    assert [e["type"] for e in refused.value.errors()] == ["id_number_shape"]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("+8613800138000", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
        ("0086-138-0013-8000", "13800138000"),
        ("86 13800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("138‑0013‑8000", "13800138000"),
        ("(0511) 8888-8888", "0511-88888888"),
        ("（0511）88888888", "0511-88888888"),
        ("0511 8888888", "0511-8888888"),
        ("+86 511 8888 8888", "0511-88888888"),
        ("+86 10 6655 4433", "010-66554433"),
        ("010-66554433转801", "010-66554433-801"),
        ("0511-88888888-8001", "0511-88888888-8001"),
        ("400-820-8820", "4008208820"),
        ("4008208820转12", "4008208820-12"),
        ("0511-8888888转8", "0511-8888888-8"),
        ("13800138000 分机 801", "13800138000-801"),
        ("8888888转8", "8888888-8"),
        ("00010000001", "00010000001"),
        ("+1 (415) 555-0100", "+14155550100"),
        ("+852 2345 6789", "+85223456789"),
    ],
)
def test_a_phone_has_one_spelling(typed: str, stored: str) -> None:
    assert phone_of(typed) == stored
    assert phone_of(stored) == stored


@pytest.mark.parametrize(
    "typed", ["", "1380013800", "138001380000", "12345", "abc", "138****8000", "+86",
              "+1 415 555 0100 ext 12"]
)  # fmt: skip
def test_what_is_no_phone_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        phone_of(typed)
    assert [e["type"] for e in refused.value.errors()] == ["phone_shape"]


@given(
    st.text(alphabet="0123456789 +-()转", max_size=30)
    | st.from_regex(r"(0511|010|1380013|400|\+1|)[ -]?[0-9]{4,8}[转x-]?[0-9]{0,4}", fullmatch=True)
)
@settings(max_examples=500)
def test_a_phone_that_is_taken_is_stable(text: str) -> None:
    try:
        found = phone(text)
    except PydanticCustomError:
        return
    assert phone(found) == found


def test_a_party_is_spelt_as_a_person_where_it_is_one_and_as_a_firm_where_not() -> None:
    assert party_of("买买提•艾力") == "买买提·艾力"
    assert party_of("青屿科技（云川）有限公司") == "青屿科技（云川）有限公司"
    assert party_of("3M 青屿  有限公司") == "3M 青屿 有限公司"
    with pytest.raises(ValidationError, match="cannot be printed"):
        party_of("青屿𰀀科技有限公司")
