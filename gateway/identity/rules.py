"""What makes a username, a password, a name and a resident ID number acceptable. Pure.

Sources: GB 11643 (check character), domain.md 3.1 (no table of counties: a code valid at issue stays
valid), NIST SP 800-63B 5.1.1 (length over composition, a list of the worst). Must not look anything up.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from pydantic_core import PydanticCustomError

from contracts.values import code_text, person_name
from kit.errors import FieldError

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
MIN_AGE_YEARS = 16
"""民法典 art. 18: from 16 one may act for oneself when living on one's own earnings."""
MIN_PASSWORD, MAX_PASSWORD = 10, 128
_ID = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
_PHONE = re.compile(r"(?:1[3-9]|000)\d{8,9}", re.ASCII)
_MAIL = re.compile(r"[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+", re.ASCII)
_WORST = frozenset(
    (
        *("1234567890", "0123456789", "12345678910", "1111111111", "qwertyuiop", "password123"),
        *("password1234", "1q2w3e4r5t", "qwerty12345", "abcd123456", "a123456789", "woaini1314"),
        *("5201314520", "iloveyou123", "admin12345"),
    )
)


def normal_username(username: str) -> str | None:
    """The one spelling of a phone number or e-mail address, or None when it is neither."""
    plain = unicodedata.normalize("NFKC", username).strip().casefold()
    digits = re.sub(r"[\s-]", "", plain).removeprefix("+86")
    if _PHONE.fullmatch(digits) and len(digits) == 11:
        return digits
    return plain if len(plain) <= 120 and _MAIL.fullmatch(plain) else None


def mask_username(username: str) -> str:
    """`138****0001` for a phone number, `z***@example.invalid` for an address."""
    if "@" in username:
        box, _, host = username.partition("@")
        return f"{box[:1]}***@{host}"
    return f"{username[:3]}****{username[-4:]}"


def normal_id_number(id_number: str) -> str:
    """Without blanks, in narrow digits, X upper case: `98010119900101 002x` is a person's number, too."""
    return code_text(id_number)


def id_number_fault(id_number: str, *, today: date) -> str | None:
    """Why a normalised number cannot be a person's, as a code; None when nothing is wrong."""
    if not _ID.fullmatch(id_number):
        return "id_number_shape"
    total = sum(int(d) * w for d, w in zip(id_number[:17], WEIGHTS, strict=True))
    if CHECKS[total % 11] != id_number[17]:
        return "id_number_check"
    try:
        born_on = date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))
    except ValueError:
        return "id_number_birth_date"
    if born_on > today or today.year - born_on.year > 150:
        return "id_number_birth_date"
    if _age(born_on, today=today) < MIN_AGE_YEARS:
        return "id_number_too_young"
    return None


def _age(born_on: date, *, today: date) -> int:
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def one_spelling(password: str) -> str:
    """OpaqueString (RFC 8265 4.2): any space is U+0020, then NFC. Case and width stay as they are."""
    plain = "".join(" " if unicodedata.category(c) == "Zs" else c for c in password)
    return unicodedata.normalize("NFC", plain)


def spellings(password: str) -> tuple[str, ...]:
    """What may have been hashed: the one spelling first, then as typed and decomposed, as hashes from
    before had it. One for a password in ASCII."""
    found = (one_spelling(password), password, unicodedata.normalize("NFD", password))
    return tuple(dict.fromkeys(found))


def password_fault(password: str, *, username: str, id_number: str | None = None) -> str | None:
    """Why a password is too weak, as a code. Length counts, composition does not."""
    password = one_spelling(password)
    if any(unicodedata.category(c) == "Cc" for c in password):
        return "password_characters"
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        return "password_length"
    low = password.casefold()
    if low in _WORST or len(set(low)) < 4:
        return "password_common"
    own = [username.partition("@")[0]]
    if id_number:
        own += [id_number[6:14], id_number[-6:].casefold()]
    return "password_personal" if any(len(p) >= 6 and p in low for p in own) else None


def name_fault(name: str) -> FieldError | None:
    """Why a person's name is refused: the same type as in every form (contracts.values), so that whoever
    has an account can also be named in a filing and printed on a licence."""
    try:
        person_name(name)
    except PydanticCustomError as error:
        return fault("/name", error.type, **(error.context or {}))
    return None


TEXTS = {
    "username_shape": ("请输入手机号或电子邮箱", "Enter a phone number or an e-mail address"),
    "password_length": ("密码须为 10 至 128 个字符", "Use 10 to 128 characters"),
    "password_characters": ("密码不得含有控制字符", "Leave out control characters"),
    "password_common": ("密码过于常见", "This password is too common"),
    "password_personal": ("密码不得包含账号或证件信息", "Leave out your username and ID number"),
    "name_length": ("请输入真实姓名", "Enter your real name"),
    "name_characters": ("姓名不能含有 {characters}", "A name cannot have {characters}"),
    "character_not_printable": (
        "姓名中的 {characters} 目前无法印在执照和文书上，请联系登记窗口办理",
        "{characters} cannot be printed on a licence yet; please ask at a counter",
    ),
    "id_number_shape": ("身份证号码须为 18 位", "A resident ID number has 18 characters"),
    "id_number_check": ("身份证号码校验位不正确", "The check character of the number is wrong"),
    "id_number_birth_date": ("身份证号码中的出生日期无效", "The date of birth in it is not valid"),
    "id_number_too_young": ("须年满 16 周岁", "You must be at least 16"),
}
"""zh and en for each code above."""


def fault(pointer: str, code: str, **values: str) -> FieldError:
    """A field error with its texts; `detail` is Chinese, as the caller's language is unknown."""
    zh, en = (text.format(**values) for text in TEXTS[code])
    return FieldError(pointer=pointer, code=code, detail=zh, values={"zh": zh, "en": en, **values})


def sign_up_faults(
    *, username: str, password: str, name: str, id_number: str, today: date
) -> list[FieldError]:
    """All that is wrong with a registration, in page order. Raw input; empty means acceptable."""
    normal = normal_username(username)
    number = normal_id_number(id_number)
    found = [
        ("/id_number", id_number_fault(number, today=today)),
        ("/username", None if normal else "username_shape"),
        ("/password", password_fault(password, username=normal or "", id_number=number)),
    ]
    named = name_fault(name)
    return [*([named] if named else []), *(fault(place, code) for place, code in found if code)]
