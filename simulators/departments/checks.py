"""The departments' own look at what they are sent: codes, ID numbers, required particulars.

Written apart from Yichuang's validators on purpose: an outside office would not share our bugs.
"""

import re
from datetime import date
from typing import Any

from simulators.departments.directory import Department

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SEALS = frozenset({"official", "finance", "invoice", "contract", "legal_representative"})
_INDUSTRY = re.compile(r"[A-T]?\d{2,4}|[A-T]")


def uscc_is_sound(code: str) -> bool:
    """Whether position 18 of a unified social credit code is right (GB 32100-2015)."""
    if len(code) != 18 or any(char not in _USCC_ALPHABET for char in code):
        return False
    total = sum(_USCC_ALPHABET.index(char) * 3**i % 31 for i, char in enumerate(code[:17]))
    return _USCC_ALPHABET[(31 - total % 31) % 31] == code[17]


def id_number_is_sound(number: str, *, today: date) -> bool:
    """Whether a resident ID number can exist: form, birth date not after `today`, GB 11643."""
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    return born <= today and "10X98765432"[total % 11] == number[17]


def faults_of(
    department: Department, uscc: str, particulars: dict[str, Any]
) -> list[tuple[str, str]]:
    """What the counter refuses a filing for, as (JSON pointer, code); empty when nothing."""
    faults: list[tuple[str, str]] = []
    if not uscc_is_sound(uscc):
        faults.append(("/uscc", "invalid_uscc"))
    for field in department.required:
        pointer = f"/particulars/{field}"
        value = particulars.get(field)
        if value in (None, "", [], {}):
            faults.append((pointer, "missing_field"))
        elif not _fits(field, value):
            faults.append((pointer, "invalid_field"))
    return faults


def _fits(field: str, value: object) -> bool:
    if field == "seals":
        return isinstance(value, list) and all(seal in _SEALS for seal in value)
    if field == "industry_code":
        return isinstance(value, str) and bool(_INDUSTRY.fullmatch(value))
    if field in ("liaison", "finance_officer"):
        return isinstance(value, dict) and bool(value.get("name")) and bool(value.get("phone"))
    return isinstance(value, str)
