"""Real legal names, split by hand, against the parser: prints the shares and holds a floor.

The file was typed before the parser existed; the digest of a name chose what is held out.
"""

import csv
from pathlib import Path
from typing import NamedTuple

from services.registration.names.parsing import ParsedName, parse

DATA = Path(__file__).parent / "data" / "real_names.csv"
PARTS = ("region", "trade_name", "industry", "form")


class RealName(NamedTuple):
    name: str
    order: str
    region: str
    trade_name: str
    industry: str
    form: str
    set: str


def real_names() -> list[RealName]:
    with DATA.open(encoding="utf-8", newline="") as lines:
        return [RealName(**row) for row in csv.DictReader(lines)]


def parts_of(parsed: ParsedName) -> tuple[str, ...]:
    return (parsed.region, parsed.trade_name, parsed.industry, parsed.form.text)


def right(row: RealName) -> bool:
    parsed = parse(row.name)
    wanted = (row.region, row.trade_name, row.industry, row.form)
    return parts_of(parsed) == wanted and parsed.order == row.order
