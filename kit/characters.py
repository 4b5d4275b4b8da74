"""Which characters nobody can see, and how a text is freed of them: the one list for every door.

Address books and chat programs put direction marks around what one copies from them; with the same marks a
name can be made to look like another. A page takes them out of what was pasted before it is sent; a program
that sends them is told which field holds which. Whether a *visible* character may stand on a paper is not
asked here (contracts/values/characters.py).
"""

import re
import unicodedata

# Control characters but tab and line ends, format characters, the fillers that Unicode counts as letters or
# marks (Default_Ignorable_Code_Point), signs that are drawn as nothing (blank Braille, null notehead), line
# and paragraph separators, tags.
_UNSEEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# What joins and dresses an emoji is part of it, and unseen anywhere else.
_DRESS = "\u200d\ufe0e\ufe0f"
_AFTER_EMOJI = r"(?<![\u00a9\u00ae\u203c-\u2bff\ufe0e\ufe0f\U0001f000-\U0001faff])"
UNSEEN = re.compile(f"[{_UNSEEN}]|{_AFTER_EMOJI}[{_DRESS}]")

# What nearly every text consists of, each of it seen: matched ten times faster than the above is searched.
_PLAIN = re.compile("[\t\n\r -~\u00b7\u2013-\u2026\u3000-\u312f\u3400-\u9fff\uff01-\uff5e]*")

_BREAKS = str.maketrans(dict.fromkeys("\x0b\x0c\x85\u2028\u2029", "\n"))
_SURROGATE = re.compile("[\ud800-\udfff]")


def unseen_in(text: str) -> str | None:
    """The first character that nobody can see or that is half of one, as `U+202E`."""
    if _PLAIN.fullmatch(text):
        return None
    found = UNSEEN.search(text) or _SURROGATE.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def cleaned(text: str) -> str:
    """The text as whoever pasted it sees it. `cleaned("\u202d13800138000\u202c")` is the bare number."""
    if _PLAIN.fullmatch(text):
        return text
    return UNSEEN.sub("", text.translate(_BREAKS))


def folded(text: str) -> str:
    """Full-width letters, digits and signs as a keyboard has them, blanks of any kind as one blank.

    For numbers and codes: `folded("９１９８　０１ ")` is `9198 01`. Han characters stay as they are.
    """
    return " ".join(unicodedata.normalize("NFKC", text).split())
