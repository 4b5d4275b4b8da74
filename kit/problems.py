"""From exceptions to problem+json, and the table of problems that a route can give.

`problems(NameTaken, …)` documents a route's own refusals; what the mechanism itself can answer is added
in kit.openapi. No refusal is invented here.
"""

from collections import defaultdict
from typing import Any

import asyncpg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match, Route

from kit.db import is_unreachable
from kit.errors import (
    BodyTooLarge,
    FieldError,
    InternalError,
    InvalidRequest,
    MalformedBody,
    MethodNotAllowed,
    NotFound,
    Problem,
    ProblemView,
    UnsupportedMediaType,
)
from kit.gatekeeper import problem_response
from kit.idempotency import Replay
from kit.strictness import Refused

PROBLEM_JSON = "application/problem+json"
_BY_STATUS: dict[int, type[Problem]] = {
    400: MalformedBody,
    404: NotFound,
    405: MethodNotAllowed,
    413: BodyTooLarge,
    415: UnsupportedMediaType,
}
_PREFIX = {"query": "?", "header": "#", "cookie": "#", "path": ":"}


def problems(*kinds: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """OpenAPI responses for the refusals that a route can give, by status, each with its codes."""
    by_status: dict[int, list[type[Problem]]] = defaultdict(list)
    for kind in kinds:
        by_status[kind.status].append(kind)
    return {
        status: {
            "model": ProblemView,
            "description": "; ".join(f"`{k.code}`: {k.title_en}" for k in found),
            "x-error-codes": sorted(k.code for k in found),
        }
        for status, found in by_status.items()
    }


def pointer_of(location: tuple[Any, ...]) -> str:
    """`("body", "people", 0, "name")` becomes `/people/0/name`; `("query", "limit")` becomes `?limit`."""
    if not location:
        return ""
    where, rest = str(location[0]), location[1:]
    if where == "body":
        escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in rest)
        return "".join(f"/{part}" for part in escaped)
    return _PREFIX.get(where, f"{where}:") + ".".join(str(part) for part in rest)


def field_errors(found: Any) -> list[FieldError]:
    """Pydantic's errors as field errors, without echoing the input (it may be personal)."""
    result = []
    for error in found:
        context = {k: v for k, v in error.get("ctx", {}).items() if k != "error"}
        values = {k: v if isinstance(v, int | float | bool) else str(v) for k, v in context.items()}
        code = str(values.pop("code", error["type"]))
        pointer = pointer_of(tuple(error["loc"]))
        detail = error["msg"].removeprefix("Value error, ")  # Pydantic's own words
        result.append(FieldError(pointer=pointer, code=code, detail=detail, values=values))
    return result


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return problem_response(error, request.scope)


async def _on_replay(_: Request, error: Exception) -> Response:
    assert isinstance(error, Replay)
    return error.response


async def _on_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    kinds = {item["type"] for item in found}
    if "json_invalid" in kinds:
        return problem_response(_malformed(found[0]), request.scope)
    if any(item["loc"] and item["loc"][0] == "path" for item in found):
        return problem_response(NotFound(), request.scope)
    sent = request.headers.get("content-type", "")
    if kinds <= {"model_attributes_type", "dict_type", "missing"} and sent and "json" not in sent:
        return problem_response(UnsupportedMediaType(), request.scope)
    return problem_response(InvalidRequest(errors=field_errors(found)), request.scope)


def _malformed(found: Any) -> MalformedBody:
    """What kept a body from being read, and where: a place in the text, which is no JSON pointer."""
    why, at = found.get("ctx", {}).get("error", found["msg"]), found["loc"][-1]
    said = f"{why} (at character {at})" if at else str(why)
    return MalformedBody(
        detail_zh=f"正文须为 UTF-8 编码的 JSON，每个键只出现一次：{said}", detail_en=said
    )


def _methods_of(request: Request) -> str:
    """All methods of an address, whichever routes they are declared by (RFC 9110, 10.2.1 and 15.5.6)."""
    found: set[str] = set()
    for route in request.app.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            found |= route.methods or set()
    return ", ".join(sorted(found | ({"HEAD"} if "GET" in found else set())))


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error, Refused):
        return problem_response(error.problem, request.scope)
    kind = _BY_STATUS.get(error.status_code, InternalError)
    headers = dict(error.headers or {})
    if kind is MethodNotAllowed and (methods := _methods_of(request)):
        headers = {"Allow": methods}
    return problem_response(kind(headers=headers), request.scope)


async def _on_data(request: Request, error: Exception) -> Response:
    """Text that PostgreSQL cannot hold (NUL, lone surrogates) or a number out of range: 422, not 500."""
    cause = getattr(error, "orig", error)
    state = str(getattr(cause, "sqlstate", "") or "")
    if isinstance(error, UnicodeError) or (state.startswith("22") and not is_unreachable(error)):
        fault = FieldError(pointer="", code="value_not_storable", detail="A value cannot be stored")
        return problem_response(InvalidRequest(errors=[fault]), request.scope)
    raise error


def install(app: FastAPI) -> None:
    """Registers every handler on an app."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(Replay, _on_replay)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(DBAPIError, _on_data)
    app.add_exception_handler(asyncpg.DataError, _on_data)
    app.add_exception_handler(UnicodeError, _on_data)
