"""What goes out of papers."""

from kit.schemas import Label, Out


class PaperView(Out):
    """A paper that exists for a case; `href` gives the PDF."""

    code: str
    title: Label
    href: str
