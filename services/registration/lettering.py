"""Which characters may stand on a paper: those that our fonts draw, and none that nobody can see.

A licence is printed after the company is registered, so a text that cannot be printed must be refused
while it is typed. Direction marks and joiners are refused too: a name must read as it is stored.
"""

import re

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

MARKS = "°²³·•–—‘’“”…℃№①②③④⑤⑥⑦⑧⑨⑩㎡"
_DRAWN = re.compile(
    r"[\u0020-\u007E\u00C0-\u00FF\u3000-\u301B\uFF01-\uFF5E"  # Latin, Chinese punctuation, full width
    r"\u3400-\u4DBF\u4E00-\u9FFF\U00020000-\U000323AF"  # Han and its extensions
    rf"\t\n{MARKS}]*"
)


def on_paper(text: str) -> str:
    """The text, its line ends as one kind. Raises `character_not_printable` with the code points."""
    text = text.replace("\r\n", "\n")
    strange = sorted({c for c in text if not _DRAWN.fullmatch(c)})
    if not strange:
        return text
    points = " ".join(f"U+{ord(c):04X}" for c in strange)
    raise PydanticCustomError(
        "character_not_printable",
        "cannot be printed on a licence: {characters}",
        {"characters": points},
    )


OnPaper = AfterValidator(on_paper)
"""For an annotation: `Annotated[str, StringConstraints(…), OnPaper, Ui(…)]`."""
