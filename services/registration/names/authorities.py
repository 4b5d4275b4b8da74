"""Who decides about a name that cannot simply be declared, and how one asks them.

Exists so that no verdict ends in "a higher authority": which one, and what to do next, is data that an
authority edits (data/name_authorities.csv). Must not decide who is asked (rules.py, rule_words.py).
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from services.registration.names.verdicts import Authority

DATA = Path(__file__).parent / "data" / "name_authorities.csv"


@dataclass(frozen=True, slots=True)
class Office:
    """Name and way of an authority in both languages; `href` empty where it has no page to go to."""

    code: Authority
    zh: str
    en: str
    how_zh: str
    how_en: str
    href: str


@lru_cache(maxsize=1)
def offices() -> dict[Authority, Office]:
    """Every authority that a reason can name."""
    with DATA.open(encoding="utf-8", newline="") as lines:
        return {
            Authority(row["authority"]): Office(
                code=Authority(row["authority"]),
                zh=row["zh"],
                en=row["en"],
                how_zh=row["how_zh"],
                how_en=row["how_en"],
                href=row["href"],
            )
            for row in csv.DictReader(lines)
        }
