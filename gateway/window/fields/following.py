"""Filling a draft with what its matter says an answer is until somebody answers (kit.prefilling).

Works like a sheet of sums: an answer that still is what followed from the rest before follows on, an answer
that a person gave stays. Nothing here knows a matter; personal numbers come from the account once, when a
draft begins, and are masks from then on.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.window.fields.pointers import MISSING, parts, read, written
from gateway.window.fields.shapes import Field, Following

Property = Callable[[Field, str, str], Awaitable[Any]]
"""Of a field's list, for the thing chosen there: one of its properties, or MISSING."""


async def _none(_: Field, __: str, ___: str) -> Any:
    return MISSING


@dataclass(frozen=True, slots=True)
class World:
    """What defaults may read besides the form."""

    account: Mapping[str, str] = field(default_factory=dict)
    property_of: Property = _none


async def followed(
    fields: Sequence[Field],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    world: World,
) -> dict[str, Any]:
    """`after` with what follows from it now. `before`: the draft as it was, empty for a new one."""
    document: dict[str, Any] = dict(after)
    for one, pointer, rule in list(_rules(fields, document)):
        document = await _one(fields, (one, pointer, rule), (before, document), world)
        if one.fields:  # what it just made has questions of its own
            for inner in list(_rules((one,), document)):
                if inner[1] != pointer:
                    document = await _one(fields, inner, (before, document), world)
    return document


async def _one(
    fields: Sequence[Field],
    what: tuple[Field, str, Following],
    states: tuple[Mapping[str, Any], dict[str, Any]],
    world: World,
) -> dict[str, Any]:
    (one, pointer, rule), (before, document) = what, states
    present = read(document, pointer, MISSING)
    empty = present is MISSING or present in ("", [], {})
    began = _began(before, pointer)
    if began and _reads(rule, before) == _reads(rule, document) and not (empty and one.required):
        return document
    old = await _rendered(fields, rule, pointer, before, world) if began else MISSING
    new = await _rendered(fields, rule, pointer, document, world)
    if new is MISSING:
        gone = old is not MISSING and present == old
        changed: dict[str, Any] = written(document, pointer, MISSING) if gone else document
        return changed
    if (empty and (one.required or new != old)) or (not empty and present == old):
        document = written(document, pointer, new)
    return document


def _reads(rule: Following, document: Mapping[str, Any]) -> list[Any]:
    """Everything in the form that a default depends on."""
    inside = [text[1:].partition("#")[0] for text in _strings(rule.value) if text.startswith("@/")]
    said = [read(document, pointer) for pointer in (*inside, *(rule.when or ())[:1])]
    return [*said, len(read(document, rule.sole) or ()) == 1 if rule.sole else True]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for item in (
        value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    ):
        yield from _strings(item)


def _began(before: Mapping[str, Any], pointer: str) -> bool:
    """Whether the place was there before: an item of a list that was added just now was not."""
    above = pointer.rpartition("/")[0]
    return bool(before) and (not above or read(before, above, MISSING) is not MISSING)


def _rules(
    fields: Sequence[Field], document: Mapping[str, Any], base: str = ""
) -> Iterator[tuple[Field, str, Following]]:
    """Every place that has a default, with concrete pointers; a group's is said of its questions."""
    for one in fields:
        pointer, value = f"{base}/{one.name}", document.get(one.name)
        if one.default and one.is_group and isinstance(one.default.value, Mapping):
            for inner in one.fields:
                if inner.name in one.default.value:
                    said = one.default.of(inner.name)
                    yield inner, f"{pointer}/{inner.name}", said
        elif one.default:
            yield one, pointer, one.default
        if one.is_group:
            inside = value if isinstance(value, Mapping) else {}
            yield from _rules(one.fields, inside, pointer)
        elif one.is_list:
            for index, item in enumerate(value if isinstance(value, list) else ()):
                known = item if isinstance(item, Mapping) else {}
                yield from _rules(one.fields, known, f"{pointer}/{index}")


async def _rendered(
    fields: Sequence[Field],
    rule: Following,
    pointer: str,
    document: Mapping[str, Any],
    world: World,
) -> Any:
    """What a default says of this form, or MISSING where it says nothing."""
    if rule.sole and len(read(document, rule.sole) or ()) != 1:
        return MISSING
    if rule.sole and f"{rule.sole}/1" in pointer:
        return MISSING
    if rule.when and str(read(document, rule.when[0])) != rule.when[1]:
        return MISSING
    return await _template(fields, rule.value, document, world)


async def _template(
    fields: Sequence[Field], value: Any, document: Mapping[str, Any], world: World
) -> Any:
    """A template filled in. An object keeps what is known of it; one of which nothing is known is nothing."""
    if isinstance(value, str) and value.startswith("@"):
        return await _fetched(fields, value[1:], document, world)
    if isinstance(value, Mapping):
        found = {k: await _template(fields, v, document, world) for k, v in value.items()}
        return {k: v for k, v in found.items() if v is not MISSING} or MISSING
    if isinstance(value, list):
        items = [await _template(fields, item, document, world) for item in value]
        return [item for item in items if item is not MISSING] or MISSING
    return value


async def _fetched(
    fields: Sequence[Field], reference: str, document: Mapping[str, Any], world: World
) -> Any:
    if reference.startswith("account/"):
        return world.account.get(reference.removeprefix("account/"), MISSING)
    pointer, _, of = reference.partition("#")
    found = read(document, pointer, MISSING)
    if not of or not isinstance(found, str):
        return MISSING if of or found in ("", None) else found
    asked = next((f for f in fields if f.name == parts(pointer)[0]), None)
    return await world.property_of(asked, found, of) if asked else MISSING
