"""A request is understood whole or refused: misspelt filters, keys twice, numbers that are none."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from kit.schemas import each_once
from services.registration.composition import SERVICE
from tests.fixtures.callers import Caller, Running, running


@pytest.fixture(scope="module")
async def service(fresh_database: Callable[[str], Any]) -> AsyncIterator[Running]:
    async with running(SERVICE, fresh_database("registration").app) as made:
        yield made


@pytest.fixture
def founder(service: Running) -> Caller:
    return service.caller("founder")


async def test_a_misspelt_filter_is_refused_and_named(founder: Caller) -> None:
    reply = await founder.get("/cases", params={"stat": "draft", "limit": 5})
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_request")
    assert reply.json()["errors"][0]["pointer"] == "?stat"
    assert reply.json()["errors"][0]["code"] == "unknown_parameter"
    assert (await founder.get("/cases", params={"state": "draft"})).status_code == 200


async def test_a_public_route_is_no_laxer_and_a_stranger_learns_nothing(service: Running) -> None:
    assert (await service.anonymous.get("/matters", params={"x": "1"})).status_code == 422
    assert (await service.anonymous.get("/cases", params={"x": "1"})).status_code == 401


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ('{"matter": "company-establishment", "matter": "x", "form": {}}', "'matter' stands twice"),
        (
            '{"matter": "company-establishment", "form": {"a": {"b": 1, "b": 2}}}',
            "'b' stands twice",
        ),
        ('{"matter": "company-establishment", "form": {"a": NaN}}', "NaN is not JSON"),
        ('{"matter": "company-establishment", "form": {"a": Infinity}}', "Infinity is not JSON"),
        ('{"matter": "company-establishment",}', "at character 35"),
    ],
)
async def test_a_body_that_says_two_things_or_no_number_is_malformed_and_says_why(
    founder: Caller, body: str, why: str
) -> None:
    headers = {"Content-Type": "application/json", "Accept-Language": "en"}
    reply = await founder.post("/cases", content=body.encode(), headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (400, "malformed_body")
    assert why in reply.json()["detail"]
    assert reply.json()["errors"] == []
    chinese = await founder.post("/cases", content=body.encode(), headers=JSON)
    assert "UTF-8 编码的 JSON" in chinese.json()["detail"]


async def test_a_key_that_is_none_is_told_what_a_key_is(founder: Caller) -> None:
    for key in ("", "x" * 256, "é"):
        reply = await founder.post("/cases", json={}, headers={"Idempotency-Key": key.encode()})
        assert (reply.status_code, reply.json()["code"]) == (400, "idempotency_key_required")
        assert "1 至 255 个" in reply.json()["detail"]


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("form", "pointer", "character"),
    [
        ('{"name": "a\\u0000b"}', "/form/name", "U+0000"),
        ('{"names": ["a", "\\u202egnp.exe"]}', "/form/names/1", "U+202E"),
        ('{"names": ["\u202egnp.exe"]}', "/form/names/0", "U+202E"),
        ('{"people": [{"phone": "\u202d13800138000\u202c"}]}', "/form/people/0/phone", "U+202D"),
        ('{"reason": "\u200b"}', "/form/reason", "U+200B"),
        ('{"reason": "\\ud800"}', "/form/reason", "U+D800"),
        ('{"a/b~c": "\ufeffx"}', "/form/a~1b~0c", "U+FEFF"),
        ('{"bad\u2066key": 1}', "/form", "U+2066"),
    ],
)
async def test_a_program_is_told_which_text_holds_what_nobody_can_see(
    founder: Caller, form: str, pointer: str, character: str
) -> None:
    body = f'{{"matter": "company-establishment", "form": {form}}}'
    reply = await founder.post("/cases", content=body.encode(), headers=JSON)
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_request")
    (error,) = reply.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, "invisible_character")
    assert error["values"] == {"character": character}


@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "gb18030"]
)
async def test_only_utf_8_is_read(founder: Caller, encoding: str) -> None:
    """`json.loads` would guess the encoding of bytes, and the guard looked at other characters than it."""
    body = '{"matter": "no-such", "form": {"name": "林\u202e晓舟"}}'
    reply = await founder.post("/cases", content=body.encode(encoding), headers=JSON)
    assert (reply.status_code, reply.json()["code"]) == (400, "malformed_body")
    said = {"Content-Type": f"application/json; charset={encoding}"}
    reply = await founder.post("/cases", content=body.encode(encoding), headers=said)
    assert (reply.status_code, reply.json()["code"]) == (415, "unsupported_media_type")


async def test_a_byte_order_mark_before_utf_8_is_no_text(founder: Caller) -> None:
    body = '{"matter": "no-such", "form": {}}'.encode("utf-8-sig")
    said = {"Content-Type": "application/json; charset=UTF-8"}
    reply = await founder.post("/cases", content=body, headers=said)
    assert reply.json()["code"] == "unknown_matter"


async def test_what_only_looks_like_an_escape_is_text(founder: Caller) -> None:
    body = '{"matter": "no-such", "form": {"path": "C:\\\\u0000", "lines": "a\\n\\tb"}}'
    reply = await founder.post("/cases", content=body.encode(), headers=JSON)
    assert reply.json()["code"] == "unknown_matter"


async def test_a_parameter_that_the_database_cannot_hold_is_refused(founder: Caller) -> None:
    reply = await founder.get("//api/registration/v1/cases?state=a%00b")
    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (422, "invisible_character")


def test_a_set_written_as_a_list_names_everything_once() -> None:
    assert each_once(["A-001", "A-002"]) == ["A-001", "A-002"]
    with pytest.raises(ValueError, match="twice"):
        each_once(["A-001", "A-001"])
