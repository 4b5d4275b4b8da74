"""What goes out of papers."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from kit.schemas import Label, Out


class PaperView(Out):
    """A paper of a case; `href` gives the PDF, `href`/text what it says. One that is not `current` was
    replaced by a later version, or is about a form that was changed since."""

    code: str
    version: int
    title: Label
    to_sign: bool
    current: bool
    digest: str = Field(description="SHA-256 over what the paper says")
    made_at: datetime
    href: str


class BlockView(Out):
    """A heading, a text (its first line indented), a plain paragraph, or rows of a table."""

    kind: Literal["heading", "text", "plain", "rows"]
    text: str = ""
    head: list[str] = Field(default_factory=list)
    rows: list[list[str]] = Field(default_factory=list)


class PaperText(PaperView):
    """A paper with what it says, for a screen."""

    number: str
    authority: str
    day: str
    is_demo: bool
    blocks: list[BlockView]

    @classmethod
    def of(
        cls, view: PaperView, content: dict[str, Any], extra: list[dict[str, Any]]
    ) -> "PaperText":
        """`extra`: blocks that are not of the paper itself, as the signatures under it."""
        return cls(
            **view.model_dump(),
            number=content["number"],
            authority=content["authority"],
            day=content["date"],
            is_demo=content["is_demo"],
            blocks=[BlockView.model_validate(b) for b in [*content["blocks"], *extra]],
        )
