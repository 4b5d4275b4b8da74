"""What every operation's document says without its author having to: roles, security, common refusals.

A stranger learns from the document alone who may call, what to send and what can be refused.
"""

import inspect
import sys
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from kit.auth import PUBLIC, Permissions, Scopes
from kit.db import get_reader, get_session, get_snapshot
from kit.errors import (
    BodyTooLarge,
    IdempotencyKeyRequired,
    IdempotencyKeyReused,
    IfMatchRequired,
    InvalidCursor,
    InvalidRequest,
    MalformedBody,
    NotAcceptable,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    Problem,
    RequestInProgress,
    StaleEtag,
    Unavailable,
    UnsupportedMediaType,
    catalogue,
)
from kit.etags import require_if_match
from kit.examples import add_examples
from kit.openapi.headers import add_components, add_headers
from kit.openapi.tidying import tidy
from kit.paging import page_parameters
from kit.problems import PROBLEM_JSON


def calls_of(dependant: Dependant) -> Iterator[Any]:
    """Every dependency function of a route, nested ones too."""
    for child in dependant.dependencies:
        yield child.call
        yield from calls_of(child)


def permission_of(route: RouteContext) -> str | None:
    """The permission that a route states, `public`, or None where it states none (a mistake)."""
    named = (getattr(call, "permission", None) for call in calls_of(route.dependant))
    return next((name for name in named if name), None)


def roles_of(route: RouteContext, permissions: Permissions) -> list[str]:
    name = permission_of(route)
    if name is None or name == PUBLIC:
        return [PUBLIC]
    return sorted(permissions[name])


def routes_of(app: FastAPI) -> Iterator[RouteContext]:
    """The documented routes of an app, through included routers."""
    for found in iter_route_contexts(app.routes):
        if isinstance(found.original_route, APIRoute) and found.include_in_schema:
            yield found  # a context reads like its route, with the prefixes it was included under


def _mechanism_problems(route: RouteContext, method: str) -> list[type[Problem]]:
    calls = set(calls_of(route.dependant))
    found: list[type[Problem]] = []
    if permission_of(route) != PUBLIC:
        found += [NotAuthenticated, NotPermitted]
    else:
        found += [NotAuthenticated]  # a token that is sent must be good
    if "{" in (route.path or ""):
        found.append(NotFound)
    if route.body_field is not None:
        found += [MalformedBody, BodyTooLarge, UnsupportedMediaType, InvalidRequest]
    found += [
        InvalidRequest,
        NotAcceptable,
    ]  # a parameter that nobody reads, an Accept that nothing meets
    if get_session in calls and method == "POST":
        found += [IdempotencyKeyRequired, IdempotencyKeyReused, RequestInProgress, BodyTooLarge]
    if require_if_match in calls:
        found += [IfMatchRequired, StaleEtag]
    if page_parameters in calls:
        found += [InvalidCursor, InvalidRequest]
    if calls & {get_session, get_reader, get_snapshot} or permission_of(route) != PUBLIC:
        found.append(Unavailable)
    return found


def _merge_problem(operation: dict[str, Any], kind: type[Problem]) -> None:
    responses = operation.setdefault("responses", {})
    entry = responses.setdefault(str(kind.status), {"description": ""})
    codes = set(entry.get("x-error-codes", [])) | {kind.code}
    line = f"`{kind.code}`: {kind.title_en}"
    if line not in entry["description"]:
        entry["description"] = "; ".join(part for part in (entry["description"], line) if part)
    entry["x-error-codes"] = sorted(codes)


def _finish_responses(operation: dict[str, Any]) -> None:
    """Problems are problem+json; `x-keep-content` keeps a reply whose shape a standard owns (OAuth)."""
    for status, entry in operation["responses"].items():
        if "x-error-codes" in entry:
            schema = {"schema": {"$ref": "#/components/schemas/ProblemView"}}
            kept = entry.get("content", {}) if entry.pop("x-keep-content", False) else {}
            entry["content"] = kept | {PROBLEM_JSON: schema}
        elif status == "422":
            entry["content"] = {
                PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/ProblemView"}}
            }


def _header(name: str, text: str, example: str) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1, "maxLength": 255}
    shown = {"name": name, "in": "header", "required": True, "description": text}
    return {**shown, "schema": schema, "example": example}


def complete(
    app: FastAPI, document: dict[str, Any], permissions: Permissions, scopes: Scopes
) -> dict[str, Any]:
    """Adds roles, scopes, headers and the mechanism's refusals to an OpenAPI document."""
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    from kit.errors import FieldError, ProblemView

    for model in (FieldError, ProblemView):
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schema.pop("$defs", None)
        schemas[model.__name__] = schema
    components["securitySchemes"] = {"oauth2": _flows(scopes)}
    add_components(document)
    for route in routes_of(app):
        for method in sorted(route.methods or ()):
            operation = document["paths"].get(route.path_format, {}).get(method.lower())
            if operation is None:
                continue
            operation["x-roles"] = roles_of(route, permissions)
            operation["security"] = _security(route, operation["x-roles"], scopes)
            validation = operation["responses"].get("422", {})
            if "HTTPValidationError" in str(validation):
                operation["responses"].pop("422")
            for kind in _mechanism_problems(route, method):
                _merge_problem(operation, kind)
            calls = set(calls_of(route.dependant))
            parameters = operation.setdefault("parameters", [])
            if get_session in calls and method == "POST":
                text = "One key per intended effect; repeat it when unsure"
                parameters.append(_header("Idempotency-Key", text, "5f0c6f0e-open-1"))
            if require_if_match in calls:
                parameters.append(_header("If-Match", "The ETag last seen", '"3"'))
            _finish_responses(operation)
            add_headers(operation, route.endpoint)
    tidy(document)
    document["info"] |= {
        "description": "One service of Yichuang; `/openapi.json` has all of them in one document.",
        "contact": {"name": "Yichuang"},
    }
    document["tags"] = _tags(app)
    document["servers"] = [{"url": "/", "x-internal": False}]
    document["x-problems"] = _explained(app, document)
    add_examples(document)
    return document


def _tags(app: FastAPI) -> list[dict[str, str]]:
    """Each tag with what the first module that has such a route says of itself."""
    found: dict[str, str] = {}
    for route in routes_of(app):
        said = (sys.modules[route.endpoint.__module__].__doc__ or "").partition("\n\n")[0]
        for tag in route.tags or ():
            found.setdefault(str(tag), " ".join(said.split()))
    return [{"name": tag, "description": said} for tag, said in sorted(found.items())]


def _flows(scopes: Scopes) -> dict[str, Any]:
    """The ways to a token, with the scopes that this service asks for anywhere."""
    named = sorted(frozenset().union(*scopes.values()))
    given = {scope: f"calls of this service that are marked {scope}" for scope in named}
    token = {"tokenUrl": "/oauth2/token", "scopes": given}
    return {
        "type": "oauth2",
        "description": "Access tokens are at+jwt (RFC 9068), read as RFC8725 asks, and bound by DPoP "
        "(RFC 9449) for machines",
        "flows": {
            "authorizationCode": {
                "authorizationUrl": "/oauth2/authorize",
                "refreshUrl": "/oauth2/token",
                **token,
            },
            "clientCredentials": token,
        },
    }


def _security(route: RouteContext, roles: list[str], scopes: Scopes) -> list[dict[str, list[str]]]:
    """One of the scopes is enough, so each is a way of its own."""
    if roles == [PUBLIC]:
        return []
    needed = scopes.get(str(permission_of(route)), scopes.get("*"))
    return [{"oauth2": [scope]} for scope in sorted(needed)] if needed else [{"oauth2": []}]


def _explained(app: FastAPI, document: dict[str, Any]) -> dict[str, Any]:
    """Every error code of the service with status, titles and what its author says, for `/problems/…`: those
    that operations declare, and those of its code that a matter's effects raise behind a general action."""
    used = {
        code
        for path in document["paths"].values()
        for operation in path.values()
        for reply in operation.get("responses", {}).values()
        for code in reply.get("x-error-codes", ())
    }
    homes = {_home(route.endpoint.__module__) for route in routes_of(app)}
    return {
        kind.code: {
            "status": kind.status,
            "title": {"zh": kind.title_zh, "en": kind.title_en},
            "meaning": inspect.cleandoc(kind.__doc__) if kind.__doc__ else None,
        }
        for kind in catalogue()
        if kind.code in used or _home(kind.__module__) in homes
    }


def _home(module: str) -> str:
    """`services.finance` of `services.finance.loans.errors`; what is no service is one by its first name."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "services" else parts[0]
