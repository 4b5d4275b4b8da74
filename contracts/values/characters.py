"""Which characters may stand on a paper: those that our fonts draw, and none that nobody can see.

A licence is printed after the company is registered, so a text that cannot be printed must be refused while
it is typed, with the character named. The list is made from the fonts' own tables
(`python -m services.registration.licences.build_drawn`); a test holds the two together.
"""

import re
import unicodedata
from bisect import bisect_right
from functools import cache
from importlib.resources import files
from itertools import chain

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from kit.characters import unseen_in

_COMMON = re.compile(r"[\t\n -~\u3001\u3002\u4e00-\u9fff\uff08\uff09\uff0c]*")
"""What nearly every text consists of; all of it is drawn."""
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_LETTERS_AND_DIGITS = {
    wide: narrow
    for wide, narrow in _NARROW.items()
    if chr(narrow).isalnum() or chr(narrow) in "#-./"
} | {0x3000: 0x20}


@cache
def _bounds() -> tuple[int, ...]:
    """First code point of each drawn run and of each gap after it, in turn."""
    lines = (files("contracts.values") / "drawn.txt").read_text(encoding="ascii").splitlines()
    runs = [tuple(int(end, 16) for end in line.split("-")) for line in lines if line[0] != "#"]
    return tuple(chain.from_iterable((first, last + 1) for first, last in runs))


def is_drawn(character: str) -> bool:
    """Whether a licence can show this character."""
    if _COMMON.fullmatch(character):
        return True
    return bisect_right(_bounds(), ord(character)) % 2 == 1 and unseen_in(character) is None


def not_drawn(text: str) -> list[str]:
    """The characters that no paper can show, each once, as a person can find them: `𰀀（U+30000）`."""
    if _COMMON.fullmatch(text):
        return []
    strange = sorted({c for c in text if not is_drawn(c)})
    return [f"{c}（U+{ord(c):04X}）" if _is_shown(c) else f"U+{ord(c):04X}" for c in strange]


def _is_shown(character: str) -> bool:
    """Whether naming it by itself helps: Han of the newest extensions are shown by newer machines."""
    return character.isprintable() or "\U00020000" <= character <= "\U0003ffff"


def on_paper(text: str) -> str:
    """The text composed (NFC), its line ends as one kind. Raises `character_not_printable`."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\u00a0", " ")
    strange = not_drawn(text)
    if not strange:
        return text
    raise PydanticCustomError(
        "character_not_printable",
        "cannot be printed on a licence: {characters}",
        {"characters": " ".join(strange)},
    )


OnPaper = AfterValidator(on_paper)
"""For an annotation: `Annotated[str, StringConstraints(…), OnPaper, Ui(…)]`."""


def printed_line(text: str) -> str:
    """An address or title as it is printed: letters and digits narrow, blanks single, Chinese signs kept."""
    return " ".join(on_paper(text.translate(_LETTERS_AND_DIGITS)).split())


PrintedLine = AfterValidator(printed_line)
"""For one printed line (an address): `创业路８８号　Ａ座` is stored and printed as `创业路88号 A座`."""
