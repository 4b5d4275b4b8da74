"""What of an OpenAPI document a new version takes away from those who rely on the old one.

Breaking: a path, an operation, a response field, an enum value that could be asked with, or a media type
is gone; a request field or parameter became required or is new and required; a type changed; a status that
was promised as success is gone. Adding is never breaking, except adding a duty. Pure.
"""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch")


def breaking_changes(before: Json, after: Json) -> list[str]:
    """Sentences, one per break, in the order of the old document."""
    return list(_paths(before, after))


def _paths(before: Json, after: Json) -> Iterator[str]:
    for path, item in before.get("paths", {}).items():
        for method in (m for m in _METHODS if m in item):
            name = f"{method.upper()} {path}"
            new = after.get("paths", {}).get(path, {}).get(method)
            if new is None:
                yield f"{name} is gone"
                continue
            yield from _parameters(name, item[method], new)
            yield from _request(name, item[method], new, (before, after))
            yield from _responses(name, item[method], new, (before, after))


def _parameters(name: str, old: Json, new: Json) -> Iterator[str]:
    def by_key(operation: Json) -> dict[tuple[str, str], Json]:
        return {(p["in"], p["name"]): p for p in operation.get("parameters", [])}

    earlier, present = by_key(old), by_key(new)
    for key, parameter in present.items():
        if parameter.get("required") and not earlier.get(key, {}).get("required"):
            yield f"{name}: {key[0]} parameter {key[1]} is now required"
    for key in earlier:
        if key not in present and key[0] != "header":
            yield f"{name}: {key[0]} parameter {key[1]} is gone"


def _request(name: str, old: Json, new: Json, roots: tuple[Json, Json]) -> Iterator[str]:
    earlier = old.get("requestBody", {}).get("content", {})
    present = new.get("requestBody", {}).get("content", {})
    if new.get("requestBody", {}).get("required") and "requestBody" not in old:
        yield f"{name}: a body is now required"
    for media, content in earlier.items():
        if media not in present:
            yield f"{name}: {media} is no longer taken"
            continue
        schemas = (content.get("schema", {}), present[media].get("schema", {}))
        yield from _Schemas(name, roots, request=True).compare("body", *schemas)


def _responses(name: str, old: Json, new: Json, roots: tuple[Json, Json]) -> Iterator[str]:
    for status, response in old.get("responses", {}).items():
        if not status.startswith("2"):
            continue
        if status not in new.get("responses", {}):
            yield f"{name}: status {status} is gone"
            continue
        present = new["responses"][status].get("content", {})
        for media, content in response.get("content", {}).items():
            if media not in present:
                yield f"{name}: {status} no longer comes as {media}"
                continue
            schemas = (content.get("schema", {}), present[media].get("schema", {}))
            yield from _Schemas(name, roots, request=False).compare(status, *schemas)


class _Schemas:
    """Compares two schemas of one place, through references, each pair once."""

    def __init__(self, name: str, roots: tuple[Json, Json], *, request: bool) -> None:
        self._name, self._roots, self._request = name, roots, request
        self._seen: set[tuple[str, str]] = set()

    def compare(self, place: str, old: Json, new: Json) -> Iterator[str]:
        """Breaks from `old` to `new` at `place`."""
        pair = (old.get("$ref", ""), new.get("$ref", ""))
        if all(pair):
            if pair in self._seen:
                return
            self._seen.add(pair)
        old, new = self._resolve(old, 0), self._resolve(new, 1)
        if old.get("type") != new.get("type") and "type" in old and "type" in new:
            yield f"{self._name}: {place} changed from {old['type']} to {new['type']}"
            return
        yield from self._enum(place, old, new)
        yield from self._fields(place, old, new)
        if "items" in old and "items" in new:
            yield from self.compare(f"{place}[]", old["items"], new["items"])
        for many in ("anyOf", "oneOf", "allOf"):
            if len(old.get(many, [])) == len(new.get(many, [])):
                for one, other in zip(old.get(many, []), new.get(many, []), strict=True):
                    yield from self.compare(place, one, other)

    def _enum(self, place: str, old: Json, new: Json) -> Iterator[str]:
        gone = set(map(str, old.get("enum", []))) - set(map(str, new.get("enum", [])))
        if self._request and "enum" in new and "enum" in old and gone:
            yield f"{self._name}: {place} no longer takes {', '.join(sorted(gone))}"
        if self._request and "enum" in new and "enum" not in old and "const" not in old:
            yield f"{self._name}: {place} now takes only certain values"

    def _fields(self, place: str, old: Json, new: Json) -> Iterator[str]:
        earlier, present = old.get("properties", {}), new.get("properties", {})
        for field, schema in earlier.items():
            if field in present:
                yield from self.compare(f"{place}.{field}", schema, present[field])
            else:
                yield f"{self._name}: {place}.{field} is gone"
        duties = set(new.get("required", [])) - set(old.get("required", []))
        if self._request and earlier:
            for field in sorted(duties):
                yield f"{self._name}: {place}.{field} is now required"
        if not self._request:
            for field in sorted(set(old.get("required", [])) - set(new.get("required", []))):
                if field in present:
                    yield f"{self._name}: {place}.{field} may now be missing"

    def _resolve(self, schema: Json, root: int) -> Json:
        while "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            schema = self._roots[root].get("components", {}).get("schemas", {}).get(name, {})
        return schema
