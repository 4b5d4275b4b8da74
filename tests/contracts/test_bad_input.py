"""Strange input at every operation of the four documents: never a 5xx, never an undocumented status.

Schemathesis makes what the schemas allow and what they forbid; the bodies that no schema describes
(broken UTF-8, wrong media types, too much, too deep) are thrown by hand. Half of the calls use ids that
exist, so that the rules behind them are met too.
"""

import contextlib
import itertools
import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import hypothesis
import pytest
import schemathesis
from schemathesis import GenerationMode

from tests.contracts import fuzz_hooks as _hooks  # noqa: F401  what the fuzzer cannot know
from tests.contracts.serving import Target, serve_gateway, serve_service

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))
NAMES = ("registration", "finance", "carriers", "gateway")
UNAVAILABLE = 503  # a written answer with Retry-After, where nothing stands behind
BAD_BODIES: dict[str, tuple[bytes, str]] = {
    "broken_utf8": (b'{"a": "\xff\xfe"}', "application/json"),
    "broken_json": (b'{"a": ', "application/json"),
    "empty": (b"", "application/json"),
    "a_list": (b"[1, 2]", "application/json"),
    "a_number": (b"7", "application/json"),
    "nul": (b'{"reason": "\\u0000", "name": "\\u0000"}', "application/json"),
    "lone_surrogate": (b'{"reason": "\\ud800", "name": "\\ud800"}', "application/json"),
    "too_deep": (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "application/json"),
    "too_big": (b'{"a": "' + b"x" * 3_000_000 + b'"}', "application/json"),
    "text": (b"hello", "text/plain"),
    "xml": (b"<a/>", "application/xml"),
    "huge_number": (b'{"a": ' + b"9" * 5_000 + b"}", "application/json"),
    "unknown_field": (b'{"never_heard_of": 1}', "application/json"),
}


@pytest.fixture(scope="module", params=NAMES)
def target(
    request: pytest.FixtureRequest, fresh_database: Callable[[str], Any]
) -> Iterator[Target]:
    name: str = request.param
    url = fresh_database(name).app
    serving, served = serve_gateway(url) if name == "gateway" else serve_service(name, url)
    yield served
    serving.stop()


def operations(target: Target) -> Iterator[Any]:
    schema = schemathesis.openapi.from_url(target.url + target.document)
    for found in schema.get_all_operations():
        yield found.ok()


def headers_for(target: Target, operation: Any) -> dict[str, str]:
    """As the first role that may call it; nobody, where everybody may."""
    role = operation.definition.raw["x-roles"][0]
    bearer = {} if role == "public" else {"Authorization": f"Bearer {target.mint(role)}"}
    return {**bearer, "Idempotency-Key": uuid.uuid4().hex}


def complaint(target: Target, operation: Any, reply: Any) -> str | None:
    """What is wrong with a reply, or None."""
    status = reply.status_code
    if status == UNAVAILABLE and target.name == "gateway" and "retry-after" in reply.headers:
        return None
    if status >= 500:
        return f"{operation.label}: {status} {reply.text[:200]}"
    if status == 414 and target.name == "gateway":
        return None  # the edge's, before any route is known
    documented = operation.definition.raw["responses"].get(str(status))
    if documented is None:
        return f"{operation.label}: undocumented {status} {reply.text[:200]}"
    media = reply.headers.get("content-type", "")
    media = (media[0] if isinstance(media, list) else media).partition(";")[0]
    if status >= 400 and media not in documented.get("content", {}):
        return f"{operation.label}: undocumented {media!r} for {status}"
    return None


def fuzz(target: Target, operation: Any, mode: GenerationMode) -> set[str]:
    """Complaints about one operation."""
    wrong: set[str] = set()
    headers, turn = headers_for(target, operation), itertools.count()

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate],
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def call(case: Any) -> None:
        if next(turn) % 2 and case.path_parameters:
            for name in set(case.path_parameters) & set(target.known):
                case.path_parameters[name] = target.known[name]
        fresh = {**headers, "Idempotency-Key": uuid.uuid4().hex}
        reply = case.call(base_url=target.url, headers=fresh)
        if found := complaint(target, operation, reply):
            wrong.add(found)

    # Nothing can be wrong with an operation that takes nothing.
    with contextlib.suppress(hypothesis.errors.Unsatisfiable):
        call()
    return wrong


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_made_up_calls_get_a_documented_answer(target: Target, mode: GenerationMode) -> None:
    wrong = {each for operation in operations(target) for each in fuzz(target, operation, mode)}
    assert not wrong, "\n".join(sorted(wrong))


@pytest.mark.parametrize("kind", sorted(BAD_BODIES))
def test_a_body_that_no_schema_describes_is_refused(target: Target, kind: str) -> None:
    body, media = BAD_BODIES[kind]
    wrong: set[str] = set()
    with httpx.Client(base_url=target.url, timeout=30, trust_env=False) as client:
        for operation in operations(target):
            if operation.method.upper() not in ("POST", "PUT", "PATCH"):
                continue
            path = operation.path
            for parameter in operation.path_parameters:
                value = target.known.get(parameter.name, str(uuid.uuid4()))
                path = path.replace("{" + parameter.name + "}", value)
            headers = headers_for(target, operation) | {"content-type": media, "if-match": '"1"'}
            reply = client.request(operation.method.upper(), path, content=body, headers=headers)
            found = complaint(target, operation, reply)
            unread = kind in ("broken_utf8", "broken_json", "too_deep") and len(operation.body) > 0
            if found or (reply.is_success and unread):
                wrong.add(found or f"{operation.label}: took {kind} with {reply.status_code}")
    assert not wrong, "\n".join(sorted(wrong))
