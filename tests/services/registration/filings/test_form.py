"""The form of a company: what stops signing, what is sealed and masked, which files are taken."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from tests.fixtures.files import LEASE as PDF
from tests.fixtures.files import pdf, picture
from tests.services.registration.filings.conftest import (
    LIN,
    ZHOU,
    House,
    form,
)


async def test_incomplete_form_is_not_sent_and_says_where(house: House) -> None:
    founder = house.founder()
    body = form(await house.reserve(founder), registered_capital_fen=1)
    body.pop("liaison")
    case = await house.draft(founder, body)
    reply = await house.act(founder, case, "send_for_signing")
    assert (reply.status_code, reply.json()["code"]) == (422, "form_incomplete")
    assert {e["pointer"] for e in reply.json()["errors"]} == {"/form/liaison"}


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        (
            {"registered_capital_fen": 5},
            "contributions_do_not_add_up",
            "/form/registered_capital_fen",
        ),
        ({"supervisor_waived": False}, "supervisor_required", "/form/officers"),
        (
            {"legal_representative": ZHOU},
            "legal_representative_not_in_command",
            "/form/legal_representative",
        ),
        ({"scope_items": ["9999-99"]}, "scope_item_unknown", "/form/scope_items/0"),
        ({"industry_code": "9999"}, "industry_unknown", "/form/industry_code"),
        (
            {
                "officers": [{"position": "director", **LIN}, {"position": "supervisor", **LIN}],
                "supervisor_waived": False,
            },
            "supervisor_in_command",
            "/form/officers/1",
        ),
    ],
)
async def test_each_broken_rule_stops_signing(
    house: House, change: dict[str, Any], code: str, pointer: str
) -> None:
    founder = house.founder()
    case = await house.draft(founder, form(await house.reserve(founder)) | change)
    reply = await house.act(founder, case, "send_for_signing")
    assert reply.status_code == 422
    assert (pointer, code) in {(e["pointer"], e["code"]) for e in reply.json()["errors"]}


async def test_missing_proof_of_address_is_named(house: House) -> None:
    founder = house.founder()
    made = await founder.post(
        "/cases",
        json={"matter": "company-establishment", "form": form(await house.reserve(founder))},
    )
    reply = await house.act(founder, made.json(), "send_for_signing")
    assert [e["values"]["material"] for e in reply.json()["errors"]] == ["domicile_proof"]


async def test_validate_only_says_the_same_and_leaves_nothing(house: House) -> None:
    founder = house.founder()
    before = len((await founder.get("/cases?limit=200")).json()["items"])
    body = {
        "matter": "company-establishment",
        "form": form(await house.reserve(founder)) | {"employees": 1},
    }
    reply = await founder.post("/cases?validate_only=true", json=body)
    assert reply.status_code == 200
    assert {f["code"] for f in reply.json()["findings"]} == {"material_missing"}
    assert len((await founder.get("/cases?limit=200")).json()["items"]) == before


async def test_personal_numbers_are_sealed_at_rest_and_masked_in_replies(house: House) -> None:
    founder = house.founder()
    case = await house.draft(founder, form(await house.reserve(founder)))
    number = LIN["id_number"]
    assert number not in (await founder.get(f"/cases/{case['id']}")).text
    async with house.running.app.state.database.reader() as connection:
        query = text("SELECT form::text FROM cases WHERE id = :id")
        stored = (await connection.execute(query, {"id": case["id"]})).scalar()
    assert number not in stored
    assert LIN["phone"] not in stored


async def test_unchanged_masks_keep_the_number_behind_them(house: House) -> None:
    founder = house.founder()
    case = await house.draft(founder, form(await house.reserve(founder), holders=(LIN, ZHOU)))
    body = case["form"]
    body["shareholders"].reverse()
    saved = await founder.put(
        f"/cases/{case['id']}/form", json={"form": body}, version=case["version"]
    )
    assert saved.status_code == 200, saved.text
    sent = await house.act(founder, saved.json(), "send_for_signing")
    assert sent.status_code == 200, sent.text


async def test_wrong_files_are_refused_by_their_content(house: House) -> None:
    founder = house.founder()
    case = await house.draft(founder, {})
    path = f"/cases/{case['id']}/documents?material=domicile_proof&filename=a.pdf"
    kind = {"Content-Type": "application/pdf"}
    script = await founder.post(path, content=b"<script>", headers=kind)
    stump = await founder.post(path, content=b"%PDF-", headers=kind)
    huge = await founder.post(path, content=PDF + b"x" * 11_000_000, headers=kind)
    assert [r.status_code for r in (script, stump, huge)] == [415, 422, 413]
    assert stump.json()["code"] == "file_broken"


@pytest.mark.parametrize("said", ["image/png", "image/jpg", "application/x-pdf", None])
async def test_a_true_file_is_taken_whatever_it_is_called(house: House, said: str | None) -> None:
    founder = house.founder()
    case = await house.draft(founder, {})
    path = f"/cases/{case['id']}/documents?material=domicile_proof&filename=租赁合同.jpg"
    file = pdf(note=f"called {said}")
    made = await founder.post(path, content=file, headers={"Content-Type": said} if said else {})
    assert made.status_code == 201, made.text
    assert made.json()["media_type"] == "application/pdf"
    got = await founder.get(f"/cases/{case['id']}/documents/{made.json()['id']}/content")
    assert got.headers["content-type"] == "application/pdf"
    assert "filename*=UTF-8''%E7%A7%9F" in got.headers["content-disposition"]


async def test_three_photographs_are_one_material_and_one_of_them_may_be_taken_out(
    house: House,
) -> None:
    founder, stranger = house.founder(), house.founder(ZHOU)
    case = await house.draft(founder, {})
    base = f"/cases/{case['id']}/documents"
    colours = ("red", "green", "blue")
    sent = [
        await founder.post(
            f"{base}?material=domicile_proof&filename={colour}.png",
            content=picture(colour=colour),
        )
        for colour in (*colours, "red")
    ]
    assert [reply.status_code for reply in sent] == [201] * 4
    assert sent[3].json()["id"] == sent[0].json()["id"]  # the same file twice is one
    lease, *listed = (await founder.get(base)).json()["items"]
    assert lease["filename"] == "lease.pdf"
    assert [each["filename"] for each in listed] == [f"{colour}.png" for colour in colours]
    second = f"{base}/{listed[1]['id']}"
    assert (await stranger.delete(second)).status_code == 404
    answers = await asyncio.gather(*(founder.delete(second) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [204, 404, 404]
    left = (await founder.get(base)).json()["items"]
    assert [each["filename"] for each in left] == ["lease.pdf", "red.png", "blue.png"]


async def test_the_same_file_at_once_is_kept_once_and_the_twenty_first_is_refused(
    house: House,
) -> None:
    founder = house.founder()
    case = await house.draft(founder, {})
    path = f"/cases/{case['id']}/documents?material=domicile_proof&filename=a.png"
    twice = await asyncio.gather(*(founder.post(path, content=picture()) for _ in range(5)))
    assert len({reply.json()["id"] for reply in twice}) == 1
    for number in range(18):  # and the lease
        colour = f"#0000{number + 1:02x}"
        assert (await founder.post(path, content=picture(colour=colour))).status_code == 201
    last = await founder.post(path, content=picture(colour="red"))
    assert (last.status_code, last.json()["code"]) == (409, "too_many_files")


async def test_a_filename_with_hidden_characters_is_refused(house: House) -> None:
    founder = house.founder()
    case = await house.draft(founder, {})
    path = f"/cases/{case['id']}/documents?material=domicile_proof&filename=a%E2%80%AE%0D%0Afdp.pdf"
    made = await founder.post(path, content=PDF, headers={"Content-Type": "application/pdf"})
    assert (made.status_code, made.json()["errors"][0]["code"]) == (422, "invisible_character")
