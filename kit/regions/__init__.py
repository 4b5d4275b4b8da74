"""Which places there are, and what lies within one. Knows no authority and no rule about a place."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from kit.regions import table


def region_prefix(code: str) -> str:
    """`980100` covers everything that starts with `9801`; an exact county covers itself.

    `000000` is no region: its prefix is empty, and whoever compares by prefix must leave it out.
    """
    while code.endswith("00"):
        code = code[:-2]
    return code


def _known(code: str) -> str:
    if code not in table.known_codes():
        raise PydanticCustomError("region_unknown", "There is no such region")
    return code


RegionCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$"), AfterValidator(_known)]
"""A code of GB/T 2260 of any time, or `region_unknown`."""
