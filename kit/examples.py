"""An example for every body of an OpenAPI document, so that no operation is shown without one.

What an author wrote (`examples` on a field or a model) comes first; the rest is made from the schema and
from the contract's own naming (`_at` is an instant, `_on` a date, `_fen` money). Always the same for the
same document. Knows no business word.
"""

import re
from collections.abc import Mapping
from re import _constants as marks  # type: ignore[attr-defined]  # the parser has no public name
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

Json = dict[str, Any]
_DEPTH = 6
_FORMATS = {
    "uuid": "01935f3a-7c00-7000-8000-000000000001",
    "date": "2026-11-21",
    "date-time": "2026-11-21T08:00:00Z",
    "time": "08:00:00",
    "duration": "P1D",
    "uri": "https://window.example/",
    "email": "li.ming@window.example",
    "binary": "…",
    "byte": "5LiA56qX",
}
_SUFFIXES = {
    "_at": "2026-11-21T08:00:00Z",
    "_on": "2026-11-21",
    "_id": "01935f3a-7c00-7000-8000-000000000001",
    "href": "/api/…",
    "url": "https://window.example/",
    "cursor": "eyJhIjoxfQ.c2ln",
    "next": "eyJhIjoxfQ.c2ln",
}


def add_examples(document: Json) -> None:
    """Gives every JSON request body and successful JSON reply of `document` an `example`."""
    schemas = document.get("components", {}).get("schemas", {})
    for item in document.get("paths", {}).values():
        for operation in item.values():
            bodies = [operation.get("requestBody", {})]
            bodies += [r for s, r in operation.get("responses", {}).items() if s.startswith("2")]
            for content in (c for body in bodies for c in body.get("content", {}).values()):
                if "example" not in content and "examples" not in content and "schema" in content:
                    content["example"] = example_of(content["schema"], schemas)


def example_of(schema: Json, schemas: Mapping[str, Json], *, name: str = "", depth: int = 0) -> Any:
    """A value that `schema` admits. `schemas` resolves references, `name` is the field's."""
    while "$ref" in schema:
        schema = schemas.get(schema["$ref"].rsplit("/", 1)[1], {})
        depth += 1
    for key in ("example", "const", "default"):
        if schema.get(key) is not None:
            return schema[key]
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    for many in ("anyOf", "oneOf"):
        if schema.get(many):
            kinds = [s for s in schema[many] if s.get("type") != "null"]
            if depth > _DEPTH and len(kinds) < len(schema[many]):
                return None
            return example_of(kinds[0], schemas, name=name, depth=depth) if kinds else None
    if schema.get("allOf"):
        merged: Json = {}
        for part in schema["allOf"]:
            found = example_of(part, schemas, name=name, depth=depth)
            merged = {**merged, **found} if isinstance(found, dict) else merged
        return merged
    return _plain(schema, schemas, name, depth)


def _plain(schema: Json, schemas: Mapping[str, Json], name: str, depth: int) -> Any:
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        return _object(schema, schemas, depth)
    if kind == "array":
        if depth > _DEPTH and not schema.get("minItems"):
            return []
        one = example_of(schema.get("items", {}), schemas, name=name, depth=depth + 1)
        return [one] * max(1, schema.get("minItems", 1))
    if kind in ("integer", "number"):
        return _number(schema, name)
    if kind == "boolean":
        return True
    if kind == "null":
        return None
    return _text(schema, name)


def _object(schema: Json, schemas: Mapping[str, Json], depth: int) -> Json:
    wanted = set(schema.get("required", []))
    return {
        field: example_of(inner, schemas, name=field, depth=depth + 1)
        for field, inner in schema.get("properties", {}).items()
        if depth <= _DEPTH or field in wanted
    }


def _number(schema: Json, name: str) -> int | float:
    low = schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
    value = max(low, 100_000 if name.endswith("_fen") else 1)
    high = schema.get("maximum", schema.get("exclusiveMaximum", value + 1) - 1)
    found: float = min(value, high)
    return int(found) if schema.get("type") == "integer" else found


def _text(schema: Json, name: str) -> str:
    if schema.get("pattern"):
        return _matching(schema["pattern"])
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    text = next((v for suffix, v in _SUFFIXES.items() if name.endswith(suffix)), None)
    text = text or schema.get("title") or name or "text"
    shortest = schema.get("minLength", 0)
    return text.ljust(shortest, "0")[: schema.get("maxLength", 10_000)]


def _matching(pattern: str) -> str:
    """A text that a simple pattern admits; the pattern's own lookaheads are ignored."""
    text = _sample(parser.parse(pattern))
    return text if re.search(pattern, text) else ""


def _sample(parsed: Any) -> str:
    return "".join(_piece(mark, value) for mark, value in parsed)


def _piece(mark: Any, value: Any) -> str:
    if mark is marks.LITERAL:
        return chr(value)
    if mark is marks.IN:
        return _one_of(value)
    if mark in (marks.MAX_REPEAT, marks.MIN_REPEAT):
        least, most, inner = value
        return _sample(inner) * (least or min(1, int(most)))
    if mark is marks.SUBPATTERN:
        return _sample(value[3])
    if mark is marks.BRANCH:
        return _sample(value[1][0])
    if mark is marks.ANY:
        return "x"
    if mark is marks.NOT_LITERAL:
        return "a" if value != ord("a") else "b"
    return ""  # anchors and assertions take no place


def _one_of(choices: Any) -> str:
    mark, value = choices[0]
    if mark is marks.LITERAL:
        return chr(value)
    if mark is marks.RANGE:
        return "1" if value[0] <= ord("1") <= value[1] else chr(value[0])
    if mark is marks.CATEGORY:
        return {marks.CATEGORY_DIGIT: "1", marks.CATEGORY_SPACE: " "}.get(value, "a")
    return "一"  # a negated class: something outside ASCII
