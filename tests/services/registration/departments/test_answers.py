"""What a department's reply means: no status and no body may surprise the reader."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.departments.answers import (
    Accepted,
    Answer,
    Receipted,
    Refused,
    Rejected,
    Unsure,
)
from services.registration.departments.client import read_filing, read_reply

OURS = "task-1"


def read(status: int, body: Any = None, **headers: str) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_reply(httpx.Response(status, content=content, headers=headers), reference=OURS)


def filing(**changes: Any) -> dict[str, Any]:
    return {"external_id": "tax-000001", "reference": OURS, "state": "processing"} | changes


@pytest.mark.parametrize(
    ("status", "body", "answer"),
    [
        (202, filing(poll_after_s=3), Accepted("tax-000001", 3.0)),
        (200, filing(state="receipted", receipt_number="SW1"), Receipted("tax-000001", "SW1")),
        (
            200,
            filing(state="rejected", reason_code="data_mismatch", reason="不一致"),
            Rejected("tax-000001", "data_mismatch", "不一致"),
        ),
        (200, filing(reference="another"), Unsure("not_found_there")),
        (200, filing(state="receipted"), Unsure("unreadable_answer")),
        (200, filing(external_id=7), Unsure("unreadable_answer")),
        (200, b"<html>ok</html>", Unsure("unreadable_answer")),
        (200, [], Unsure("unreadable_answer")),
        (404, {"detail": "?"}, Unsure("not_found_there")),
        (500, b"<html>busy</html>", Unsure("department_failed")),
        (302, {}, Refused("http_302")),
        (
            422,
            {"code": "missing_field", "errors": [{"pointer": "/uscc", "code": "missing_field"}]},
            Refused("missing_field", "/uscc: missing_field"),
        ),
        (
            409,
            {
                "code": "already_registered",
                "existing": {"external_id": "b-1", "receipt_number": "K"},
            },
            Refused("already_registered", "b-1 K"),
        ),
        (422, {"code": "x", "errors": "none"}, Refused("x", "")),
    ],
)
def test_a_reply_is_read_as_what_it_says(status: int, body: Any, answer: Answer) -> None:
    assert read(status, body) == answer


@pytest.mark.parametrize("status", [429, 503])
def test_a_named_pause_is_read_and_nonsense_is_not(status: int) -> None:
    assert read(status, {}, **{"retry-after": "90"}).retry_after_seconds == 90  # type: ignore[union-attr]
    assert read(status, {}, **{"retry-after": "soon"}).retry_after_seconds is None  # type: ignore[union-attr]
    assert read(status, {}, **{"retry-after": "9" * 30}).retry_after_seconds is None  # type: ignore[union-attr]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.integers(200, 599), JSON)
def test_no_reply_breaks_the_reader(status: int, body: Any) -> None:
    assert isinstance(read(status, body), Answer)


@given(st.dictionaries(st.sampled_from(["external_id", "state", "receipt_number", "poll_after_s",
                                        "reason", "reason_code", "decided_at"]), JSON))  # fmt: skip
def test_no_filing_breaks_the_reader(body: dict[str, Any]) -> None:
    assert isinstance(read_filing(body), Answer)
