"""A matter's form: one Pydantic model gives the API's schema, the page's fields and the validation.

Each field carries a `Ui` in its annotation (label, hint, kind of widget); a personal number carries
`Sensitive`. `describe` turns a model into what a page renderer needs. A draft may leave fields out; what
is there must be right. Must not know any field's meaning.
"""

import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, GroupedMetadata, Gt, Le, Lt, MaxLen, MinLen
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from kit.errors import FieldError
from kit.prefilling import Default, DefaultView, default_view, pointers_of
from kit.problems import field_errors
from kit.schemas import Label, Out

Kind = Literal[
    "text",
    "textarea",
    "lines",
    "date",
    "money_yuan",
    "integer",
    "decimal",
    "percent",
    "choice",
    "choices",
    "yes_no",
    "phone",
    "email",
    "id_number",
    "address",
    "group",
    "list",
    "scope_items",
    "region",
    "industry",
    "name_reservation",
    "marks",
]


@dataclass(frozen=True)
class Ui:
    """How a page asks for a field. `options` maps codes to (zh, en); `options_href` is a list to pick from.

    `shown_when` = ("other_field", "value") hides the field on pages unless its sibling has that value;
    with `needed` it must then be answered. `default`: what it is answered with until somebody answers.
    `format_zh`/`format_en` say how an answer is written, for whoever wrote it otherwise; `needed_zh`/
    `needed_en` say when an answer that the form itself can do without is asked for by a rule. `brief`: among
    the few answers that whoever decides sees beside the button; of a group or a list only the named ones.
    """

    zh: str
    en: str
    kind: Kind = "text"
    hint_zh: str = ""
    hint_en: str = ""
    unit: str | None = None
    options: Mapping[str, tuple[str, str]] | None = None
    options_href: str | None = None
    item_zh: str = ""
    item_en: str = ""
    shown_when: tuple[str, str] | None = None
    needed: bool = False
    needed_zh: str = ""
    needed_en: str = ""
    format_zh: str = ""
    format_en: str = ""
    default: Default | None = None
    brief: bool | tuple[str, ...] = False


@dataclass(frozen=True)
class Sensitive:
    """A personal number: encrypted at rest, masked in replies, found again by its keyed hash."""

    kind: Literal["id_number", "phone", "bank_account"]


@dataclass(frozen=True)
class FormPage:
    """One screen: the top-level fields that it asks for, in order."""

    key: str
    zh: str
    en: str
    fields: tuple[str, ...]
    hint_zh: str = ""
    hint_en: str = ""


class OptionView(Out):
    value: str
    label: Label


class FieldView(Out):
    """One field for a page renderer. `pointer` is relative to the form, `*` stands for an index."""

    name: str
    pointer: str
    kind: str
    label: Label
    hint: Label | None = None
    required: bool
    sensitive: bool = False
    unit: str | None = None
    options: list[OptionView] | None = None
    options_href: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    minimum: str | None = None
    maximum: str | None = None
    min_items: int | None = None
    max_items: int | None = None
    item_label: Label | None = None
    shown_when: list[str] | None = None
    needed: bool = False
    needed_when: Label | None = None
    format: Label | None = None
    default: DefaultView | None = None
    brief: bool = False
    fields: list["FieldView"] | None = None


class PageView(Out):
    key: str
    title: Label
    hint: Label | None = None
    fields: list[FieldView]


def _strip_optional(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [part for part in get_args(annotation) if part is not type(None)]
        if len(rest) == 1:
            return rest[0]
    return annotation


def _split(annotation: Any) -> tuple[Any, list[Any]]:
    """The bare type and the metadata of an annotation, through Optional and Annotated."""
    metadata: list[Any] = []
    annotation = _strip_optional(annotation)
    while get_origin(annotation) is Annotated:
        first, *more = get_args(annotation)
        metadata += more
        annotation = _strip_optional(first)
    return annotation, metadata


def _nested(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The model inside a field, and whether the field is a list of them."""
    bare, _ = _split(annotation)
    if get_origin(bare) in (list, tuple, Sequence):
        item, _ = _split(get_args(bare)[0])
        return (item if isinstance(item, type) and issubclass(item, BaseModel) else None), True
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        return bare, False
    return None, False


def _metadata(info: FieldInfo) -> list[Any]:
    """All that is said of a field, one by one: `StringConstraints` is several in one."""
    found: list[Any] = []
    for item in (*info.metadata, *_split(info.annotation)[1]):
        found += [item, *item] if isinstance(item, GroupedMetadata) else [item]
    return found


def _of(kind: type[Any], metadata: Sequence[Any]) -> Any:
    return next((item for item in metadata if isinstance(item, kind)), None)


def _bound(metadata: Sequence[Any], inclusive: type[Any], name: str) -> str | None:
    found = _of(inclusive, metadata)
    return str(getattr(found, name)) if found is not None else None


def _label(zh: str, en: str) -> Label | None:
    return Label(zh=zh, en=en) if zh else None


def _field(name: str, info: FieldInfo, pointer: str, brief: bool) -> FieldView:
    metadata = _metadata(info)
    ui = _of(Ui, metadata) or Ui(name, name)
    model, is_list = _nested(info.annotation)
    longest, shortest = _of(MaxLen, metadata), _of(MinLen, metadata)
    here = f"{pointer}/{name}"
    kind: str = ui.kind
    if kind == "text" and (model is not None or is_list):
        kind = "lines" if model is None else ("list" if is_list else "group")
    options = ui.options or {}
    plural = kind in ("list", "marks", "lines", "choices", "scope_items")
    return FieldView(
        name=name,
        pointer=here,
        kind=kind,
        label=Label(zh=ui.zh, en=ui.en),
        hint=_label(ui.hint_zh, ui.hint_en),
        required=info.is_required(),
        sensitive=_of(Sensitive, metadata) is not None,
        unit=ui.unit,
        options=[OptionView(value=v, label=Label(zh=z, en=e)) for v, (z, e) in options.items()]
        or None,
        options_href=ui.options_href,
        max_length=longest.max_length if longest and not plural else None,
        minimum=_bound(metadata, Ge, "ge") or _bound(metadata, Gt, "gt"),
        maximum=_bound(metadata, Le, "le") or _bound(metadata, Lt, "lt"),
        min_length=shortest.min_length if shortest and not plural else None,
        min_items=shortest.min_length if shortest and plural else None,
        max_items=longest.max_length if longest and plural else None,
        item_label=_label(ui.item_zh, ui.item_en),
        shown_when=list(ui.shown_when) if ui.shown_when else None,
        needed=ui.needed,
        needed_when=_label(ui.needed_zh, ui.needed_en),
        format=_label(ui.format_zh, ui.format_en),
        default=default_view(ui.default),
        brief=brief or ui.brief is True,
        fields=list(_fields(model, f"{here}/*" if is_list else here, brief=ui.brief or ()))
        if model
        else None,
    )


def _fields(
    model: type[BaseModel], pointer: str = "", *, brief: bool | tuple[str, ...] = ()
) -> Iterator[FieldView]:
    named = brief if isinstance(brief, tuple) else ()
    for name, info in model.model_fields.items():
        yield _field(name, info, pointer, name in named)


def describe_fields(model: type[BaseModel]) -> list[FieldView]:
    """The fields of a model in order: what an action asks for."""
    return list(_fields(model))


def describe(model: type[BaseModel], pages: Sequence[FormPage]) -> list[PageView]:
    """The pages of a form. Every top-level field stands on exactly one page (else ValueError)."""
    fields = {field.name: field for field in _fields(model)}
    placed = [name for page in pages for name in page.fields]
    if sorted(placed) != sorted(fields):
        raise ValueError(f"pages and form differ: {sorted(set(placed) ^ set(fields))}")
    lost = {p.split("/")[1] for p in _defaults_read(fields.values())} - fields.keys()
    if lost:
        raise ValueError(f"defaults read what the form does not ask: {sorted(lost)}")
    return [
        PageView(
            key=page.key,
            title=Label(zh=page.zh, en=page.en),
            hint=_label(page.hint_zh, page.hint_en),
            fields=[fields[name] for name in page.fields],
        )
        for page in pages
    ]


def _defaults_read(fields: Iterable[FieldView]) -> Iterator[str]:
    for one in fields:
        if one.default:
            yield from pointers_of(one.default)
        yield from _defaults_read(one.fields or ())


def sensitive_paths(model: type[BaseModel]) -> dict[tuple[str, ...], Sensitive]:
    """Where a form holds personal numbers: paths with `*` for list indexes."""
    found: dict[tuple[str, ...], Sensitive] = {}
    for name, info in model.model_fields.items():
        mark = _of(Sensitive, _metadata(info))
        if mark is not None:
            found[(name,)] = mark
        child, is_list = _nested(info.annotation)
        if child is not None:
            step = (name, "*") if is_list else (name,)
            found |= {(*step, *path): kind for path, kind in sensitive_paths(child).items()}
    return found


def form_errors(model: type[BaseModel], form: Mapping[str, Any]) -> list[FieldError]:
    """Everything wrong or missing in a form; empty when it is complete and well-formed."""
    try:
        model.model_validate(dict(form))
    except ValidationError as error:
        found = error.errors(include_url=False)
        return field_errors({**item, "loc": ("body", *item["loc"])} for item in found)
    return []
