"""The form of a company: what stops signing, what is sealed and masked, which files are taken."""

from typing import Any

import pytest
from sqlalchemy import text

from tests.services.registration.filings.conftest import (
    LIN,
    PDF,
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
    script = await founder.post(
        path, content=b"<script>", headers={"Content-Type": "application/pdf"}
    )
    lying = await founder.post(path, content=PDF, headers={"Content-Type": "image/png"})
    huge = await founder.post(
        path, content=PDF + b"x" * 6_000_000, headers={"Content-Type": "application/pdf"}
    )
    assert [r.status_code for r in (script, lying, huge)] == [415, 415, 413]


async def test_a_filename_with_hidden_characters_is_refused(house: House) -> None:
    founder = house.founder()
    case = await house.draft(founder, {})
    path = f"/cases/{case['id']}/documents?material=domicile_proof&filename=a%E2%80%AE%0D%0Afdp.pdf"
    made = await founder.post(path, content=PDF, headers={"Content-Type": "application/pdf"})
    assert (made.status_code, made.json()["errors"][0]["code"]) == (422, "invisible_character")
