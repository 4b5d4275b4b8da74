"""Signed callbacks: the department's word counts once, in whatever order it comes, and only its own."""

import base64
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from services.registration.departments.desk import desk_for
from services.registration.departments.gathering import gather_facts
from services.registration.departments.service import open_department_tasks
from services.registration.departments.signatures import message_id_if_signed
from services.registration.settings import DEVELOPMENT_CALLBACK_KEY
from tests.fixtures.callers import Running


def signed(
    body: bytes, *, key: str = DEVELOPMENT_CALLBACK_KEY, age: int = 0, message: str = ""
) -> dict[str, str]:
    message_id, stamp = message or f"msg_{uuid.uuid4().hex}", str(int(time.time()) - age)
    digest = hmac.new(key.encode(), f"{message_id}.{stamp}.".encode() + body, hashlib.sha256)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + base64.b64encode(digest.digest()).decode(),
        "content-type": "application/json",
    }


@pytest.fixture
async def opened(registration: Running, licensed: Any) -> Any:
    """An enterprise whose tasks nobody has sent yet: only callbacks will move them."""
    enterprise = await licensed()
    state = registration.app.state
    async with state.database.transaction() as session:
        facts = await gather_facts(session, state, enterprise.licence)
        assert facts is not None
        await open_department_tasks(desk_for(state, session), facts, workdays=1)
    return enterprise


def news(task: dict[str, Any], state: str, **changes: Any) -> dict[str, Any]:
    return {
        "external_id": f"{task['department']}-000007",
        "department": task["department"],
        "reference": f"{task['id']}-1",
        "state": state,
        "receipt_number": "SW20261121000007" if state == "receipted" else None,
        "reason_code": "data_mismatch" if state == "rejected" else None,
        "reason": None,
    } | changes


@pytest.fixture
def call(registration: Running) -> Callable[..., Any]:
    async def send(body: Any, *, path: str = "tax", **how: Any) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = how.pop("headers", None) or signed(content, **how)
        return await registration.client.post(
            f"{registration.service.prefix}/department-callbacks/{path}",
            content=content,
            headers=headers,
        )

    return send


async def test_a_receipt_may_come_before_our_own_call_has_returned(opened: Any, call: Any) -> None:
    task = (await opened.tasks())["tax"]
    reply = await call(news(task, "receipted"))
    assert (reply.status_code, reply.json()) == (200, {"applied": True})
    assert (await opened.tasks())["tax"]["receipt_number"] == "SW20261121000007"


async def test_a_repeated_callback_is_taken_and_changes_nothing(opened: Any, call: Any) -> None:
    task = (await opened.tasks())["tax"]
    message = f"msg_{uuid.uuid4().hex}"
    replies = [await call(news(task, "receipted"), message=message) for _ in range(3)]
    assert [reply.json()["applied"] for reply in replies] == [True, False, False]
    assert len(await opened.events("registration.department-task.receipted.v1")) == 1


async def test_old_news_after_the_decision_changes_nothing(opened: Any, call: Any) -> None:
    task = (await opened.tasks())["tax"]
    await call(news(task, "receipted"))
    for state in ("processing", "rejected", "receipted"):
        reply = await call(news(task, state))
        assert (reply.status_code, reply.json()["applied"]) == (200, False)
    assert (await opened.tasks())["tax"]["state"] == "receipted"
    assert len(await opened.events("registration.department-task.receipted.v1")) == 1


async def test_a_rejection_by_callback_goes_to_a_person_and_a_late_receipt_does_not_undo_it(
    opened: Any, call: Any
) -> None:
    task = (await opened.tasks())["seal"]
    await call(news(task, "rejected"), path="seal")
    assert (await opened.tasks())["seal"]["state"] == "rejected"
    late = await call(news(task, "receipted"), path="seal")
    assert late.json()["applied"] is False
    assert (await opened.tasks())["seal"]["state"] == "rejected"


@pytest.mark.parametrize(
    "forge",
    [
        lambda body: signed(body, key="another key"),
        lambda body: signed(body, age=400),
        lambda body: signed(body, age=-400),
        lambda body: signed(body + b" "),
        lambda body: {},
        lambda body: signed(body) | {"webhook-signature": "v1,%%%"},
        lambda body: signed(body) | {"webhook-signature": ""},
        lambda body: signed(body) | {"webhook-timestamp": "now"},
        lambda body: signed(body) | {"webhook-id": "another"},
    ],
)
async def test_an_unsigned_callback_is_refused(opened: Any, call: Any, forge: Any) -> None:
    task = (await opened.tasks())["tax"]
    body = json.dumps(news(task, "receipted")).encode()
    reply = await call(body, headers=forge(body) or {"content-type": "application/json"})
    assert (reply.status_code, reply.json()["code"]) == (401, "callback_not_signed")
    assert (await opened.tasks())["tax"]["state"] == "pending"


async def test_one_good_signature_among_several_is_enough() -> None:
    headers = signed(b"{}")
    headers["webhook-signature"] = "v1,AAAA v1a,zzz " + headers["webhook-signature"]
    found = message_id_if_signed(
        headers, b"{}", key=DEVELOPMENT_CALLBACK_KEY, now_seconds=int(time.time())
    )
    assert found == headers["webhook-id"]


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"reference": 7}', b"\xff\xfe", b'{"reference": "x"}', b"x" * 30_000],
)
async def test_a_signed_body_that_is_no_filing_is_unreadable(call: Any, body: bytes) -> None:
    reply = await call(body)
    assert reply.status_code in (404, 422)
    assert reply.json()["code"] in ("callback_unreadable", "not_found")


async def test_another_departments_path_or_an_unknown_reference_is_not_found(
    opened: Any, call: Any
) -> None:
    task = (await opened.tasks())["tax"]
    assert (await call(news(task, "receipted"), path="seal")).status_code == 404
    assert (await call(news(task, "receipted"), path="fishing")).status_code == 404
    assert (await call(news(task, "receipted", reference="unknown-1"))).status_code == 404
    assert (await opened.tasks())["tax"]["state"] == "pending"
