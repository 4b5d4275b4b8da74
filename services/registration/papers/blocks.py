"""What a paper is made of: blocks that the page shows and typst sets. Pure: no database, no clock.

Kinds: heading, text (indented), plain, rows (a table). ID numbers come in masked.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

Block = dict[str, Any]


@dataclass(frozen=True)
class Draft:
    """A paper before it is kept. One `to_sign` is read before signing and carries the signatures after."""

    code: str
    zh: str
    en: str
    blocks: Sequence[Block]
    to_sign: bool = False
    number: str = ""


def text(said: str) -> Block:
    return {"kind": "text", "text": said}


def plain(said: str) -> Block:
    return {"kind": "plain", "text": said}


def heading(said: str) -> Block:
    return {"kind": "heading", "text": said}


def rows(
    cells: list[list[str]], *, head: Sequence[str] = (), widths: Sequence[int] = (1, 3)
) -> Block:
    return {"kind": "rows", "rows": cells, "head": list(head), "widths": list(widths)}


def yuan(fen: int) -> str:
    """`1,000,000.00 元`."""
    return f"{fen // 100:,}.{fen % 100:02d} 元"


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 over what a paper says."""
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def bundle_digest(form: str, papers: Mapping[str, str]) -> str:
    """What a signature is over: the form's digest and that of each paper, by code."""
    return digest_of({"form": form, "papers": dict(papers)})
