"""The fictional population register behind the real-name check.

It knows nobody real: only personas and the invented province 98…; the rule is in README.md.
"""

import re
from types import MappingProxyType
from typing import Literal

RealNameResult = Literal["match", "mismatch", "not_found"]

# number -> (name, what the check always says; None = compare the name)
_PERSONAS: MappingProxyType[str, tuple[str, RealNameResult | None]] = MappingProxyType(
    {
        "980101199003071016": ("林晓舟", None),
        "980101198805122028": ("周明远", None),
        "980102199509213030": ("陈若溪", None),
        "980181197901014040": ("沈青禾", None),
        "980101198506015054": ("何一帆", "mismatch"),
        "980101199202028010": ("罗子谦", "mismatch"),
        "980102199303039014": ("唐小满", "not_found"),
        "980101201001010017": ("余童", None),
    }
)
# Rare characters beyond the basic plane are names too, and 〇.
_CHINESE_NAME = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U000323af·]{2,30}")
_ANY_NAME = re.compile(r"[^\W\d_]+(?:[ ·.'-]+[^\W\d_]+)*\.?")
_PERMANENT_RESIDENT = re.compile(r"9[1-6]\d{4}")
"""Numbers of foreigners with permanent residence since 2023: 9, province, country (GA 2102)."""


def check_real_name(name: str, id_number: str) -> RealNameResult:
    """Whether this name belongs to this (well-formed) number; same question, same answer."""
    persona = _PERSONAS.get(id_number)
    if persona is not None:
        known_name, fixed = persona
        return fixed or ("match" if name == known_name else "mismatch")
    if _PERMANENT_RESIDENT.match(id_number):
        return "match" if _ANY_NAME.fullmatch(name) else "mismatch"
    if not id_number.startswith("98"):
        return "not_found"
    sequence = int(id_number[14:17])
    if sequence >= 900:
        return "not_found"
    if sequence >= 800 or not _CHINESE_NAME.fullmatch(name):
        return "mismatch"
    return "match"
