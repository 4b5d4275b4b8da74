"""Who helps with what: the named offices, from offices.csv. All invented (演示)."""

import csv
from functools import cache
from pathlib import Path

_OFFICES = Path(__file__).with_name("offices.csv")
EVERYTHING = "platform"
"""The desk that helps where no department of its own is named."""


@cache
def offices() -> tuple[dict[str, str], ...]:
    """Each row of offices.csv: who, for what, where, when."""
    with _OFFICES.open(encoding="utf-8", newline="") as source:
        return tuple(csv.DictReader(source))


def said(office: dict[str, str], language: str) -> dict[str, str]:
    """An office in one language: name, helps, address, hours, phone."""
    tail = "_en" if language == "en" else "_zh"
    words = {name: office[f"{name}{tail}"] for name in ("name", "helps", "address", "hours")}
    return words | {"phone": office["phone"]}


def office_of(department: str, language: str) -> dict[str, str]:
    """The office of a department, or the platform's own desk."""
    by_code = {office["code"]: office for office in offices()}
    return said(by_code.get(department) or by_code[EVERYTHING], language)
