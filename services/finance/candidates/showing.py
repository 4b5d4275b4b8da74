"""What a page shows of an application for the library: how it was verified, until when it holds, why not."""

from collections.abc import Iterator, Mapping
from typing import Any

from kit.matters import FactView, fact


def lines(facts: Mapping[str, Any]) -> Iterator[FactView]:
    """The lines in the order in which things happened."""
    if facts.get("verification"):
        yield fact("核实依据", "Checked against", "text", facts["verification"]["note"])
    if facts.get("valid_until"):
        yield fact("有效期至", "Valid until", "day", facts["valid_until"])
    if facts.get("refusal"):
        yield fact("不予入库的理由", "Why refused", "text", facts["refusal"])
    if facts.get("removal"):
        yield fact("移出的理由", "Why removed", "text", facts["removal"])
