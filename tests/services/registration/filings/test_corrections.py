"""A correction is tied to answers: what is marked changes or is explained; the officer sees what changed."""

from typing import Any

import pytest

from tests.fixtures.callers import Caller
from tests.services.registration.filings.conftest import LIN, ZHOU, House, form
from tests.services.registration.filings.test_review import waiting_for_a_person

STREET = "/domicile/street"
PHONE = "/liaison/phone"


async def marked(house: House, founder: Caller, *items: dict[str, Any]) -> dict[str, Any]:
    """A case that an officer has sent back with these items; as the founder reads it."""
    case = await waiting_for_a_person(house, founder)
    officer = house.officer()
    present = await house.read(officer, case)
    asked = await house.act(
        officer, present, "request_correction", reason="请一次改齐", items=list(items)
    )
    assert asked.status_code == 200, asked.text
    return await house.read(founder, case)


async def changed(founder: Caller, case: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The founder's form with some top-level answers replaced."""
    saved = await founder.put(
        f"/cases/{case['id']}/form",
        json={"form": case["form"] | changes},
        version=case["version"],
    )
    assert saved.status_code == 200, saved.text
    found: dict[str, Any] = saved.json()
    return found


async def test_what_is_marked_and_left_untouched_is_named_and_not_sent(house: House) -> None:
    founder = house.founder()
    case = await marked(
        house,
        founder,
        {"pointer": STREET, "detail": "与合同上的门牌不一致"},
        {"pointer": PHONE, "detail": "号码打不通"},
    )
    assert case["correction"]["is_open"] is True
    assert [i["pointer"] for i in case["correction"]["items"]] == [STREET, PHONE]
    case = await changed(
        founder, case, domicile=case["form"]["domicile"] | {"street": "创业路90号"}
    )
    refused = await house.act(founder, case, "send_for_signing")
    assert (refused.status_code, refused.json()["code"]) == (422, "form_incomplete")
    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [
        (f"/form{PHONE}", "correction_unanswered")
    ]
    assert refused.json()["errors"][0]["values"]["detail"] == "号码打不通"
    explained = await house.act(founder, case, "explain", item=2, answer="已致电核实，可以打通")
    assert explained.status_code == 200, explained.text
    sent = await house.act(founder, explained.json(), "send_for_signing")
    assert sent.status_code == 200, sent.text


async def test_the_officer_sees_the_notice_and_the_difference_but_no_number(house: House) -> None:
    founder, officer = house.founder(), house.officer()
    case = await marked(house, founder, {"pointer": PHONE, "detail": "号码打不通"})
    contact = {**case["form"]["liaison"], "phone": "00013800077"}
    case = await changed(founder, case, liaison=contact, employees=7)
    sent = await house.act(founder, case, "send_for_signing")
    assert sent.status_code == 200, sent.text
    await house.sign(founder, case)
    seen = await house.read(officer, case, "difference")
    assert seen["correction"]["is_open"] is False
    assert seen["correction"]["answered_by"] == 2
    assert seen["correction"]["items"][0]["detail"] == "号码打不通"
    changes = {c["pointer"]: c for c in seen["expanded"]["difference"]["changes"]}
    assert sorted(changes) == ["/employees", PHONE]
    assert (changes["/employees"]["before"], changes["/employees"]["after"]) == (2, 7)
    assert "*" in changes[PHONE]["before"]
    assert changes[PHONE]["before"] != "00013800077" != changes[PHONE]["after"]
    path = f"/cases/{case['id']}/submissions"
    assert [s["number"] for s in (await officer.get(path)).json()["items"]] == [1, 2]
    same = (await officer.get(f"{path}/2/difference")).json()
    assert {c["pointer"] for c in same["changes"]} == set(changes)
    assert (await officer.get(f"{path}/1/difference")).status_code == 404
    assert (await house.founder(ZHOU).get(f"{path}/2/difference")).status_code == 404


async def test_a_marked_material_is_answered_by_handing_it_in_anew(house: House) -> None:
    founder = house.founder()
    where = "/materials/domicile_proof"
    case = await marked(house, founder, {"pointer": where, "detail": "缺少产权人签章"})
    refused = await house.act(founder, case, "send_for_signing")
    assert refused.json()["errors"][0]["values"]["material"] == "domicile_proof"
    assert (await house.upload(founder, case["id"])).status_code == 201
    sent = await house.act(founder, case, "send_for_signing")
    assert sent.status_code == 200, sent.text


@pytest.mark.parametrize(
    "pointer", ["/no_such_field", "/shareholders/9/name", "/materials/photo", "/shareholders/x"]
)
async def test_a_notice_cannot_point_where_the_form_has_nothing(house: House, pointer: str) -> None:
    founder, officer = house.founder(), house.officer()
    case = await waiting_for_a_person(house, founder)
    present = await house.read(officer, case)
    items = [{"pointer": pointer, "detail": "请改"}]
    reply = await house.act(officer, present, "request_correction", reason="请改", items=items)
    assert reply.status_code == 422, reply.text
    assert reply.json()["errors"][0] == {
        "pointer": "/items/0/pointer",
        "code": "no_such_place",
        "values": {"pointer": pointer},
    }


async def test_a_refusal_says_by_whom_why_by_which_law_and_what_one_can_do(house: House) -> None:
    founder, officer = house.founder(), house.officer()
    case = await waiting_for_a_person(house, founder)
    present = await house.read(officer, case)
    assert present["decision"] is None
    refused = await house.act(officer, present, "refuse", reason="住所不符合规定")
    said = refused.json()["decision"]
    assert said == (await house.read(founder, case))["decision"]
    assert said["reason"] == "住所不符合规定"
    assert said["office"]["zh"] == "青屿市江湾区市场监督管理局"
    assert said["legal_basis"] == "市场主体登记管理条例 art. 20"
    assert said["paper"].endswith(f"/cases/{case['id']}/papers/refusal")
    places = {r["code"]: r["where"]["zh"] for r in said["remedies"]}
    assert places == {
        "reconsideration": "青屿市江湾区人民政府",
        "lawsuit": "青屿市江湾区人民法院",
    }
    assert all(r["until_on"] > said["at"][:10] for r in said["remedies"])


async def test_a_refused_application_begins_anew_with_its_answers(house: House) -> None:
    founder, officer = house.founder(), house.officer()
    case = await waiting_for_a_person(house, founder)
    present = await house.read(officer, case)
    await house.act(officer, present, "refuse", reason="住所不符合规定")
    body = {"matter": "company-establishment", "like": case["id"]}
    anew = await founder.post("/cases", json=body)
    assert anew.status_code == 201, anew.text
    assert anew.json()["form"] == present["form"]
    assert anew.json()["title"] == present["title"]
    await house.upload(founder, anew.json()["id"])
    sent = await house.act(founder, anew.json(), "send_for_signing")
    assert sent.status_code == 200, sent.text  # the numbers behind the masks came along
    stranger = house.founder(ZHOU)
    assert (await stranger.post("/cases", json=body)).status_code == 404
    assert (await officer.post("/cases", json=body)).status_code in (403, 404)


async def test_everybody_who_sees_the_case_reads_the_names_of_its_references(house: House) -> None:
    founder, second = house.founder(), house.founder(ZHOU)
    case = await house.signing(founder, holders=(LIN, ZHOU))
    name = case["title"]
    assert name
    assert form("x")["name_reservation_id"]  # the form holds only the reservation
    for reader in (founder, second):
        assert (await house.read(reader, case))["labels"] == {"/name_reservation_id": name}
    await house.sign(founder, case)
    await house.sign(second, case)
    await house.work()
    seen = await house.read(house.officer(), case)
    assert seen["state"] == "registered"
    assert seen["labels"] == {"/name_reservation_id": name}
