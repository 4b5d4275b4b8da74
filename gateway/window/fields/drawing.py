"""What a page has at hand while it draws fields: the lists to choose from, what is wrong, what was noted."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.window.wording import Language


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. `group` is the heading that it stands under, `hint` a second line."""

    value: str
    label: str
    group: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """The options of one list. A list too long for a page is not `complete`: it is searched. One that is
    not `theirs` is the applicant's own, and closed to this reader."""

    options: tuple[Option, ...]
    complete: bool
    theirs: bool = True


Options = Mapping[str, Choices]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What drawing needs besides the fields: language, options already fetched, messages by pointer."""

    language: Language
    options: Options
    errors: Mapping[str, str]
    notes: Mapping[str, str] = field(default_factory=dict)
    """What an officer wants corrected, by pointer."""
