"""Four OpenAPI documents into one. Pure: dicts in, a new dict out; nothing is fetched.

Schemas that all documents share word for word keep their name, others get the service's in front. What
the kit put into `x-roles` and `x-error-codes` is also written into the description (`described`), so that
any reader shows it.
"""

import copy
from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]
_PREFIX = "#/components/schemas/"
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_LABELS = {
    "registration": "登记 registration",
    "finance": "金融 finance",
    "carriers": "载体 carriers",
    "gateway": "门户 gateway",
}
_DESCRIPTION = """\
一个窗口办理创业的全部事项：核名、设立登记、执照、税务与社保、融资、补贴、场地。
所有路径都经过网关；业务错误为 `application/problem+json`（RFC 9457），`code` 稳定不变。任何请求都可能得到
网关自己的应答：`429 rate_limited`、`503 overloaded` 或 `upstream_unavailable`、`504 upstream_timeout`。

One window for everyone who starts a business. Every path goes through the gateway. Errors are
`application/problem+json` (RFC 9457) with a stable `code`. Every POST that creates or acts takes an
`Idempotency-Key`; every versioned resource has an `ETag` and wants it back in `If-Match`. Lists are
keyset pages. Money is integer fen, instants are UTC, dates are Asia/Shanghai. Any request may get an
answer of the gateway's own: 429, 503 with `Retry-After`, 502 and 504 (then repeat a write with the same
key to learn its effect).
"""


def merge(documents: Mapping[str, Document]) -> Document:
    """One document from `{service: document}`. Raises ValueError when two claim the same path."""
    shared = _shared_schemas(documents)
    merged: Document = {
        "openapi": "3.1.0",
        "info": {
            "title": "一窗 Yichuang API",
            "version": max(str(d["info"]["version"]) for d in documents.values()),
            "description": _DESCRIPTION,
            "contact": {"name": "Yichuang"},
        },
        "servers": [{"url": "/", "x-internal": False}],
        "tags": [],
        "x-tagGroups": [],
        "paths": {},
        "components": {"schemas": {}, "securitySchemes": {}, "headers": {}},
    }
    for service, document in documents.items():
        _add(merged, service, _renamed(document, service, shared))
    merged["components"]["schemas"] = dict(sorted(merged["components"]["schemas"].items()))
    return merged


def _shared_schemas(documents: Mapping[str, Document]) -> frozenset[str]:
    """The names under which every document that has one has the same schema, down to the last schema that
    it refers to: a page of views reads alike wherever a view is called so, and means another view."""
    found: dict[str, list[Any]] = {}
    for document in documents.values():
        for name, schema in document.get("components", {}).get("schemas", {}).items():
            found.setdefault(name, []).append(schema)
    alike = {n: all_ for n, all_ in found.items() if all(one == all_[0] for one in all_)}
    shared = {name for name, all_ in alike.items() if len(all_) > 1}
    while apart := {name for name in shared if not _refers_to(found[name][0]) <= shared}:
        shared -= apart
    return frozenset(shared)


def _refers_to(value: Any) -> set[str]:
    """The names of the schemas to which a schema refers."""
    if isinstance(value, dict):
        return set().union(*(_refers_to(inner) for inner in value.values()))
    if isinstance(value, list):
        return set().union(*(_refers_to(inner) for inner in value))
    known = isinstance(value, str) and value.startswith(_PREFIX)
    return {value.removeprefix(_PREFIX)} if known else set()


def _renamed(document: Document, service: str, shared: frozenset[str]) -> Document:
    """A copy whose own schemas carry the service's name, references included."""
    names = {
        name: name if name in shared else f"{service.capitalize()}{name}"
        for name in document.get("components", {}).get("schemas", {})
    }

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: walk(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [walk(inner) for inner in value]
        if isinstance(value, str) and value.startswith(_PREFIX):
            name = value.removeprefix(_PREFIX)
            return _PREFIX + names.get(name, name)
        return copy.copy(value)

    walked: Document = walk(document)
    schemas = walked.get("components", {}).get("schemas", {})
    walked.setdefault("components", {})["schemas"] = {
        names[name]: schema if names[name] == name else {**schema, "title": names[name]}
        for name, schema in schemas.items()
    }
    return walked


def _add(merged: Document, service: str, document: Document) -> None:
    tags: list[str] = []
    for path, item in document.get("paths", {}).items():
        if path in merged["paths"]:
            raise ValueError(f"{path} is claimed by {service} and another service")
        merged["paths"][path] = {
            method: _operation(operation, service, tags) if method in _METHODS else operation
            for method, operation in item.items()
        }
    said = {_label(service, t["name"]): t.get("description", "") for t in document.get("tags", ())}
    merged["tags"] += [{"name": tag, "description": said.get(tag, "")} for tag in tags]
    merged["x-tagGroups"].append({"name": _LABELS.get(service, service), "tags": tags})
    for kind in ("schemas", "headers"):
        merged["components"][kind].update(document["components"].get(kind, {}))
    _add_schemes(merged["components"]["securitySchemes"], document["components"])


def _add_schemes(schemes: Document, components: Document) -> None:
    """A scheme that services share has the scopes of all of them."""
    for name, scheme in components.get("securitySchemes", {}).items():
        known = schemes.setdefault(name, copy.deepcopy(scheme))
        for flow, description in scheme.get("flows", {}).items():
            scopes = {**known["flows"][flow]["scopes"], **description["scopes"]}
            known["flows"][flow]["scopes"] = dict(sorted(scopes.items()))


def _label(service: str, tag: str) -> str:
    return f"{_LABELS.get(service, service)} · {tag}"


def _operation(operation: Document, service: str, tags: list[str]) -> Document:
    own = [_label(service, tag) for tag in operation.get("tags", ["other"])]
    for tag in own:
        if tag not in tags:
            tags.append(tag)
    result = {**operation, "tags": own}
    if "operationId" in operation:
        result["operationId"] = f"{service}_{operation['operationId']}"
    return result


def described(document: Document) -> Document:
    """A copy in which every operation's description tells its roles and error codes."""
    result = copy.deepcopy(document)
    for item in result.get("paths", {}).values():
        for method in (m for m in _METHODS if m in item):
            item[method]["description"] = _description(item[method])
    return result


def _description(operation: Document) -> str:
    parts = [operation.get("description", "").strip()]
    roles = operation.get("x-roles", [])
    if roles:
        parts.append("**谁可以调用 · who may call**: " + ", ".join(f"`{role}`" for role in roles))
    lines = [
        f"- **{status}** " + ", ".join(f"`{code}`" for code in response["x-error-codes"])
        for status, response in sorted(operation.get("responses", {}).items())
        if response.get("x-error-codes")
    ]
    if lines:
        parts.append("**错误码 · error codes**\n\n" + "\n".join(lines))
    return "\n\n".join(part for part in parts if part)
