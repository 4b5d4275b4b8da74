"""POST /code-checks: the public judge of any code."""

import pytest

from services.registration.codes.labels import FINDINGS
from services.registration.codes.rules import CodeKind
from tests.fixtures.callers import Running


async def check(service: Running, **body: object) -> dict[str, object]:
    reply = await service.anonymous.post("/code-checks", json=body)
    assert reply.status_code == 200, reply.text
    return reply.json()


async def test_anybody_may_check_a_code_and_typing_is_normalised(service: Running) -> None:
    answer = await check(service, kind="uscc", text="91980101-xy000001-23")
    assert answer == {"kind": "uscc", "text": "91980101XY00000123", "valid": True, "findings": []}


async def test_a_wrong_place_is_named_with_a_sentence_in_both_languages(service: Running) -> None:
    answer = await check(service, kind="uscc", text="91980101XY00000136")
    assert answer["valid"] is False
    (finding,) = answer["findings"]
    assert (finding["code"], finding["first_position"], finding["last_position"]) == (
        "org_code_check",
        17,
        17,
    )
    assert finding["values"] == {"expected": "2"}
    assert all(finding["label"].values())


async def test_a_resident_id_never_comes_back_whole(service: Running) -> None:
    answer = await check(
        service, kind="resident_id", text="360426199101010071", of_age_on="2026-11-21"
    )
    assert answer["valid"] is True
    assert answer["text"] == "3604**********0071"
    wrong = await check(service, kind="resident_id", text="360426199101010072")
    assert "0426" not in str(wrong)
    assert wrong["findings"][0]["values"] == {}


async def test_a_minor_is_pointed_out_by_the_day_that_was_asked(service: Running) -> None:
    body = {"kind": "resident_id", "text": "360426199101010071"}
    early = await check(service, **body, of_age_on="2005-01-01")
    later = await check(service, **body, of_age_on="2008-01-01")
    assert [f["code"] for f in early["findings"]] == ["under_age"]
    assert [f["code"] for f in later["findings"]] == ["age_by_hand"]


@pytest.mark.parametrize(
    ("kind", "text", "valid"),
    [
        ("org_code", "XY000001-2", True),
        ("org_code", "XY000001-3", False),
        ("legacy_reg_no", "440301103097413", True),
        ("legacy_reg_no", "440301103097414", False),
    ],
)
async def test_the_other_codes_are_judged_too(
    service: Running, kind: str, text: str, valid: bool
) -> None:
    assert (await check(service, kind=kind, text=text))["valid"] is valid


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "vat", "text": "1"},
        {"kind": "uscc"},
        {"kind": "uscc", "text": "9" * 65},
        {"kind": "uscc", "text": 91980101},
        {"kind": "uscc", "text": "1", "colour": "red"},
        {"kind": "uscc", "text": "1", "of_age_on": 0},
        [],
    ],
)
async def test_a_malformed_question_is_a_422(service: Running, body: object) -> None:
    reply = await service.anonymous.post("/code-checks", json=body)
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_request")


async def test_every_finding_is_in_the_catalogue_of_codes(service: Running) -> None:
    lists = (await service.anonymous.get("/codes")).json()["lists"]
    assert {c["code"] for c in lists["code_findings"]} == set(FINDINGS.labels)
    assert {c["code"] for c in lists["code_kinds"]} == {kind.value for kind in CodeKind}
