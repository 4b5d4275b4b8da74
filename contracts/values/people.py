"""A person's name, number and phone as people type them, and the one spelling of each.

A name has one spelling whatever keyboard it came from: composed letters (NFC), single blanks, and U+00B7 for
the dot of 买买提·艾力, which keyboards and registers write in a dozen ways (GB/T 15834; 公安部 prescribes ·).
Whether a number belongs to a name is asked of the population register, never decided here.
"""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from contracts.values.characters import not_drawn, on_paper
from contracts.values.codes import code_text
from kit.characters import folded, unseen_in
from kit.forms import Sensitive, Ui

SHORTEST, LONGEST = 2, 50
MIDDLE_DOT = "\u00b7"
_DOTS = "\u00b7\u0387\u2022\u2024\u2027\u2219\u22c5\u25cf\u2e31\u2e33\u30fb\uff65\ua78f\u16eb"
_HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_DOTTED = re.compile(rf"\s*[{_DOTS}][\s{_DOTS}]*")
_STOP_IN_HAN = re.compile(rf"(?<=[{_HAN}])\s*[.。]\s*(?=[{_HAN}])")
_BLANK_IN_HAN = re.compile(rf"(?<=[{_HAN}]) (?=[{_HAN}])")
_PLAIN = re.compile("[\u4e00-\u9fff]{2,20}(?:·[\u4e00-\u9fff]{1,20})?")
_WIDE = re.compile("[\uff01-\uff5e\u2f00-\u2fd5]+")
_LETTER = re.compile(f"[{_HAN}]")
_DASHES = str.maketrans({**dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
                         **dict.fromkeys("\u2018\u2019\u02bc\u2032\uff07`´", "'")})  # fmt: skip
_ID = re.compile(r"[1-9][0-9]{16}[0-9X]")


def person_name(text: str) -> str:
    """The one spelling of a person's name. Raises `name_characters` and `character_not_printable` with the
    characters, `name_length`."""
    if _PLAIN.fullmatch(text):
        return text
    if "\n" in text.strip() or (hidden := unseen_in(text)):
        shown = "U+000A" if "\n" in text.strip() else str(hidden)
        raise PydanticCustomError(
            "name_characters", "not in a name: {characters}", {"characters": shown}
        )
    name = _spelt(text)
    strange = sorted({c for c in name if not _in_a_name(c)})
    if strange or (name and name[0] in " ·.-'"):
        raise PydanticCustomError(
            "name_characters",
            "not in a name: {characters}",
            {"characters": " ".join(strange or name[0])},
        )
    if undrawn := not_drawn(name):
        raise PydanticCustomError(
            "character_not_printable",
            "cannot be printed on a licence: {characters}",
            {"characters": " ".join(undrawn)},
        )
    if not SHORTEST <= len(name) <= LONGEST:
        raise PydanticCustomError("name_length", "a name has 2 to 50 letters")
    return name


def _spelt(text: str) -> str:
    text = _WIDE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    name = " ".join(unicodedata.normalize("NFC", text).translate(_DASHES).split())
    name = _STOP_IN_HAN.sub(MIDDLE_DOT, _DOTTED.sub(MIDDLE_DOT, name))
    return _BLANK_IN_HAN.sub("", name)


def _in_a_name(character: str) -> bool:
    """Han first: Python's own table of categories is older than the newest of them."""
    if character in " ·.-'" or _LETTER.fullmatch(character):
        return True
    return unicodedata.category(character)[0] in "LM"


def name_key(name: str) -> str:
    """What two spellings of one person's name have in common: `name_key("ZHANG  San") == "zhangsan"`."""
    return re.sub(rf"[\s{_DOTS}.'-]", "", _spelt(name)).casefold()


def same_name(one: str, other: str) -> bool:
    return name_key(one) == name_key(other)


def _party_name(text: str) -> str:
    """A person's name where it is one, else a company's: brackets and letters as the papers print them."""
    try:
        return person_name(text)
    except PydanticCustomError:
        return " ".join(on_paper(text).split())


def id_number(text: str) -> str:
    """Eighteen characters without blanks, X upper case. Raises `id_number_shape`."""
    number = code_text(text)
    if not _ID.fullmatch(number):
        raise PydanticCustomError("id_number_shape", "an ID number has 18 characters")
    return number


_MOBILE = re.compile(r"1[3-9][0-9]{9}|000[0-9]{8}")  # 000…: invented, of the demo province
_LANDLINE = re.compile(r"(010|02[0-9]|0[3-9][0-9]{2})([1-9][0-9]{6,7})")
_LOCAL = re.compile(r"[2-8][0-9]{6,7}|[48]00[0-9]{7}")
_ABROAD = re.compile(r"\+(?!86)[1-9][0-9]{6,14}")
_EXTENSION = re.compile(r"\s*(?:转|分机|ext\.?|x|#)\s*([0-9]{1,6})$", re.IGNORECASE)
_STORED = re.compile(
    rf"(0[0-9]{{2,3}}-[1-9][0-9]{{6,7}}|{_MOBILE.pattern}|{_LOCAL.pattern})-([0-9]{{1,6}})"
)
"""A number whose extension is told by where the hyphen stands: 0511-8888888-8 is not 0511-88888888."""
_HOME = re.compile(r"(?:\+|00)86(?=[0-9])|86(?=1[3-9][0-9]{9}$)")


def phone(text: str) -> str:
    """`13800138000`, `0511-88888888`, `010-12345678-801`, `+14155550100`. Raises `phone_shape`."""
    said = folded(text)
    if stored := _STORED.fullmatch(said):
        said = f"{stored[1]}x{stored[2]}"
    extension = _EXTENSION.search(said)
    tail = f"-{extension[1]}" if extension else ""
    said = said[: extension.start()] if extension else said
    found = _number(said)
    if found and tail and found.startswith("+"):
        found = None  # a number abroad has no length by which its extension would be told again
    if found is None and not tail and (cut := re.search(r"-\s*([0-9]{1,6})$", said)):
        found, tail = _landline(said[: cut.start()]), f"-{cut[1]}"
    if found is None or len(found + tail) > 24:
        raise PydanticCustomError(
            "phone_shape", "a mobile number, or a landline with its area code: 0511-88888888"
        )
    return found + tail


def _number(said: str) -> str | None:
    digits = re.sub(r"[\s()\[\].,·/‐‑–—-]", "", said)
    bare = _HOME.sub("", digits, count=1)
    if _MOBILE.fullmatch(bare) or _LOCAL.fullmatch(bare):
        return bare
    return _landline(said) or (digits if _ABROAD.fullmatch(digits) else None)


def _landline(said: str) -> str | None:
    digits = re.sub(r"[\s()\[\].,·/‐‑–—-]", "", said)
    bare = _HOME.sub("", digits, count=1)
    if bare != digits and not bare.startswith("0"):
        bare = f"0{bare}"
    found = _LANDLINE.fullmatch(bare)
    return f"{found[1]}-{found[2]}" if found else None


PersonName = Annotated[
    str, StringConstraints(max_length=200), AfterValidator(person_name), Ui("姓名", "Name"),
    Field(json_schema_extra={"minLength": SHORTEST, "maxLength": LONGEST}, examples=["林晓舟"]),
]  # fmt: skip
PartyName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100),
    AfterValidator(_party_name), Ui("姓名或企业名称", "Name"),
]  # fmt: skip
IdNumber = Annotated[
    str,
    StringConstraints(max_length=60),
    AfterValidator(id_number),
    Field(
        json_schema_extra={"pattern": "^[1-9][0-9]{16}[0-9Xx]$", "maxLength": 18},
        description="18 characters; blanks, full-width digits and a small x are read, too",
    ),
    Sensitive("id_number"),
    Ui(
        "身份证件号码",
        "ID number",
        kind="id_number",
        hint_zh="居民身份证、居住证或外国人永久居留身份证，18 位，末位可为 X",
        hint_en="Resident ID, residence permit or permanent resident ID: 18 characters, the last may be X",
    ),
]
Phone = Annotated[
    str,
    StringConstraints(max_length=60),
    AfterValidator(phone),
    Field(
        json_schema_extra={"pattern": r"^[+0-9 ()-]{5,40}$", "maxLength": 40},
        description="Stored as 13800138000, 0511-88888888 or +14155550100, however it is typed",
    ),
    Sensitive("phone"),
    Ui("手机号码", "Mobile phone", kind="phone"),
]
