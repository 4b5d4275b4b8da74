"""Write contracts/values/drawn.txt from the fonts' own tables; run by hand when a font changes.

    python -m services.registration.licences.build_drawn

It needs fontTools (a development package); the platform itself reads only the file. Must stay
deterministic, so that a rebuild shows no difference.
"""

import io
import lzma
import unicodedata
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

from fontTools.ttLib import TTFont

from services.registration.typesetting import FONTS, RARE_FONT

TARGET = Path(str(files("contracts.values"))) / "drawn.txt"
FACES = ("YichuangSerif-Regular.otf", "YichuangSupplement-Regular.ttf")
HEAD = (
    "# Code points that the fonts of our papers draw, as runs. Made by services/registration/licences/"
    "build_drawn.py;\n# not edited by hand. Fonts and licences: services/registration/licences/fonts/.\n"
)


def drawn() -> set[int]:
    """Every code point for which one of the fonts has a glyph; none for private use, which means nothing."""
    rare = io.BytesIO(lzma.decompress((FONTS / f"{RARE_FONT}.xz").read_bytes()))
    fonts = [TTFont(FONTS / face) for face in FACES] + [TTFont(rare)]
    points: set[int] = set().union(*(font.getBestCmap() for font in fonts))
    return {point for point in points if unicodedata.category(chr(point)) != "Co"}


def _runs(points: Iterable[int]) -> Iterator[tuple[int, int]]:
    first = last = -1
    for point in sorted(points):
        if point != last + 1:
            if first >= 0:
                yield first, last
            first = point
        last = point
    yield first, last


def written() -> str:
    """The file's text."""
    return HEAD + "".join(f"{first:X}-{last:X}\n" for first, last in _runs(drawn()))


if __name__ == "__main__":
    TARGET.write_text(written(), encoding="ascii")
