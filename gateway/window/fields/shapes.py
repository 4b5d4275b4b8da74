"""The form description as the window reads it: the part of kit.forms' views that pages need.

Comes over HTTP as JSON (`GET …/matters/{code}`), so it is plain dictionaries, read here once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Text = Mapping[str, str] | str | None

MAX_ITEMS = 100
# kinds whose choices are the reader's own things
LISTS_OF_KINDS = {"name_reservation": "/name-reservations?state=reserved"}


@dataclass(frozen=True, slots=True)
class Following:
    """What a question is answered with until somebody answers (kit.prefilling.Default)."""

    value: Any
    sole: str = ""
    when: tuple[str, str] | None = None

    def of(self, name: str) -> "Following":
        """What a group's default says of one of its questions."""
        return replace(self, value=self.value[name])


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `pointer` has `*` for list indexes; `fields` are those of a group or of a list's item."""

    name: str
    pointer: str
    kind: str
    label: Text
    hint: Text = None
    required: bool = False
    sensitive: bool = False
    unit: str | None = None
    options: tuple[tuple[str, Text], ...] = ()
    options_href: str | None = None
    max_length: int | None = None
    min_items: int = 0
    max_items: int = MAX_ITEMS
    item_label: Text = None
    shown_when: tuple[str, str] | None = None
    needed: bool = False
    needed_when: Text = None
    format: Text = None
    min_length: int | None = None
    minimum: str | None = None
    maximum: str | None = None
    default: Following | None = None
    brief: bool = False
    fields: tuple["Field", ...] = field(default=())

    @property
    def must(self) -> bool:
        """Whether it has to be answered wherever it is asked."""
        return self.required or (self.needed and self.shown_when is not None)

    @property
    def is_group(self) -> bool:
        return bool(self.fields) and not self.is_list

    @property
    def is_list(self) -> bool:
        return bool(self.fields) and self.pointer_of_items_differs

    @property
    def pointer_of_items_differs(self) -> bool:
        return self.fields[0].pointer.startswith(f"{self.pointer}/*/")


@dataclass(frozen=True, slots=True)
class Page:
    """One screen of the form."""

    key: str
    title: Text
    hint: Text
    fields: tuple[Field, ...]


def field_of(view: Mapping[str, Any]) -> Field:
    """One field from its JSON."""
    shown, default = view.get("shown_when"), view.get("default")
    return Field(
        name=view["name"],
        pointer=view["pointer"],
        kind=view["kind"],
        label=view["label"],
        hint=view.get("hint"),
        required=bool(view.get("required")),
        sensitive=bool(view.get("sensitive")),
        unit=view.get("unit"),
        options=tuple((o["value"], o["label"]) for o in view.get("options") or ()),
        options_href=view.get("options_href") or LISTS_OF_KINDS.get(view["kind"]),
        max_length=view.get("max_length"),
        min_items=view.get("min_items") or 0,
        max_items=min(view.get("max_items") or MAX_ITEMS, MAX_ITEMS),
        item_label=view.get("item_label"),
        shown_when=(str(shown[0]), str(shown[1])) if shown else None,
        needed=bool(view.get("needed")),
        needed_when=view.get("needed_when"),
        format=view.get("format"),
        min_length=view.get("min_length"),
        minimum=view.get("minimum"),
        maximum=view.get("maximum"),
        default=_following(default) if default else None,
        brief=bool(view.get("brief")),
        fields=tuple(field_of(f) for f in view.get("fields") or ()),
    )


def _following(view: Mapping[str, Any]) -> Following:
    when = view.get("when")
    return Following(
        view["value"], view.get("sole") or "", (str(when[0]), str(when[1])) if when else None
    )


def pages_of(matter: Mapping[str, Any]) -> tuple[Page, ...]:
    """The screens of a matter in order."""
    return tuple(
        Page(
            key=p["key"],
            title=p["title"],
            hint=p.get("hint"),
            fields=tuple(field_of(f) for f in p["fields"]),
        )
        for p in matter.get("pages") or ()
    )


def brief_of(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """The few answers to decide by: fields so marked, of a group or list what is marked in it, if any."""
    kept = []
    for one in fields:
        inside = brief_of(one.fields)
        if one.brief or inside:
            kept.append(replace(one, fields=inside or one.fields))
    return tuple(kept)


def every(fields: tuple[Field, ...]) -> Iterator[Field]:
    """The fields and those inside them."""
    for one in fields:
        yield one
        yield from every(one.fields)
