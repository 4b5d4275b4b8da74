"""Schemas as other people's tools read them: only keywords of JSON Schema 2020-12, sizes where known.

Pydantic writes some bounds as it holds them (`ge`, `decimal_places`), which no tool reads; a whole number of
ours is one that JavaScript reads exactly (RFC 7493, 2.2); what a pattern or a format cannot exceed is its
length. Nothing is said here that the models do not hold. Knows no business word.
"""

import math
from collections.abc import Iterator
from re import _constants as marks  # type: ignore[attr-defined]  # the parser has no public name
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

Json = dict[str, Any]
EXACT = 2**53 - 1
"""The largest whole number that every JSON reader keeps as it is (RFC 7493, 2.2)."""
_NUMERIC = {
    "ge": "minimum",
    "le": "maximum",
    "gt": "exclusiveMinimum",
    "lt": "exclusiveMaximum",
}
_LENGTHS = {"uuid": 36, "date": 10, "time": 21, "date-time": 40}
_BINARY = {"type": "string", "format": "binary"}
_FIELDS = ("properties", "patternProperties", "$defs")
_MANY = ("anyOf", "oneOf", "allOf", "prefixItems")
_ONE = ("items", "additionalProperties", "not", "if", "then", "else")


def tidy(document: Json) -> None:
    """Mends every schema of an OpenAPI document in place, and says that a file is binary."""
    for operation in (o for item in document["paths"].values() for o in item.values()):
        bodies = [operation.get("requestBody", {}), *operation.get("responses", {}).values()]
        for content in (c for body in bodies for c in body.get("content", {}).items()):
            _file(*content)
            _mend(content[1].get("schema", {}))
        for parameter in operation.get("parameters", ()):
            _mend(parameter["schema"])
    for schema in document["components"]["schemas"].values():
        _mend(schema)
    _drop_unused(document)


def _drop_unused(document: Json) -> None:
    """Takes away schemas and headers to which nothing refers (a model whose shape was written in place)."""
    for kind in ("schemas", "headers"):
        held = document["components"].get(kind, {})
        while unused := held.keys() - _referred(document, f"#/components/{kind}/"):
            for name in unused:
                del held[name]


def _referred(value: Any, prefix: str) -> set[str]:
    if isinstance(value, dict):
        return set().union(*(_referred(inner, prefix) for inner in value.values()))
    if isinstance(value, list):
        return set().union(*(_referred(inner, prefix) for inner in value))
    known = isinstance(value, str) and value.startswith(prefix)
    return {value.removeprefix(prefix)} if known else set()


def _file(media: str, content: Json) -> None:
    if not content.get("schema") and "json" not in media:
        content["schema"] = {"type": "string"} if media.startswith("text/") else dict(_BINARY)


def _mend(schema: Json) -> None:
    """One schema and all inside it. Idempotent."""
    for inner in _inside(schema):
        _mend(inner)
    _own_words(schema)
    kind = schema.get("type")
    if kind == "integer":
        _whole_number(schema)
    elif kind == "string" and not schema.keys() & {"maxLength", "enum", "const"}:
        length = _LENGTHS.get(schema.get("format", "")) or _longest(schema.get("pattern"))
        if length:
            schema["maxLength"] = length
    for many in ("anyOf", "oneOf"):
        if any(option == {} for option in schema.get(many, ())):
            del schema[many]  # one of them takes anything, so all of them together do


def _inside(schema: Json) -> Iterator[Json]:
    for key in _FIELDS:
        yield from schema.get(key, {}).values()
    for key in _MANY:
        yield from schema.get(key, ())
    yield from (schema[key] for key in _ONE if isinstance(schema.get(key), dict))


def _own_words(schema: Json) -> None:
    """`ge` on a number is `minimum`; on a date or a decimal text no keyword says it, and `x-minimum` may."""
    numeric = schema.get("type") in ("integer", "number")
    for own, keyword in _NUMERIC.items():
        if own in schema:
            schema[keyword if numeric else f"x-{_kebab(keyword)}"] = schema.pop(own)
    for own in ("decimal_places", "max_digits"):
        if own in schema:
            schema[f"x-{own.replace('_', '-')}"] = schema.pop(own)


def _kebab(keyword: str) -> str:
    return "".join(f"-{sign.lower()}" if sign.isupper() else sign for sign in keyword)


def _whole_number(schema: Json) -> None:
    schema.setdefault("format", "int64")
    if not schema.keys() & {"minimum", "exclusiveMinimum"}:
        schema["minimum"] = -EXACT
    if not schema.keys() & {"maximum", "exclusiveMaximum"}:
        schema["maximum"] = EXACT


def _longest(pattern: str | None) -> int | None:
    """How long a text can be that a pattern, anchored at both ends, admits; None where it is not bounded."""
    if not pattern or not (pattern.startswith("^") and pattern.endswith("$")):
        return None
    parsed = parser.parse(pattern)
    if any(kind is marks.BRANCH for kind, _ in parsed):
        return None  # `^a|b$` is not anchored as a whole
    longest = parsed.getwidth()[1]
    return None if longest >= min(math.inf, int(marks.MAXREPEAT)) else longest
