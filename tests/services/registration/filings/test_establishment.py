"""A company from draft to licence, and who may see it on the way."""

import pytest

from tests.services.registration.filings.conftest import (
    CHEN,
    House,
)


@pytest.mark.policy_part("A087")
@pytest.mark.policy("A092")
async def test_one_shareholder_in_order_gets_the_licence_without_a_person(house: House) -> None:
    founder = house.founder()
    case = await house.signing(founder)
    assert case["state"] == "signing"
    signed = await house.sign(founder, case)
    assert signed.status_code == 200, signed.text
    assert signed.json()["state"] == "under_review"
    assert signed.json()["facts"]["receipt_number"].startswith("SL")
    await house.work()
    done = await house.read(founder, case, "timeline,signatures,documents,deadlines")
    assert done["state"] == "registered", done["facts"]
    assert done["facts"]["instant"] is True
    assert [t["action"] for t in done["timeline"]] == [
        "create",
        "send_for_signing",
        "sign",
        "submit",
        "accept",
        "assess",
        "approve",
    ]
    entity = await house.running.anonymous.get(f"/entities/{done['facts']['uscc']}")
    assert entity.status_code == 200


async def test_stranger_cannot_know_the_case_nor_sign_it(house: House) -> None:
    founder, stranger = house.founder(), house.founder(CHEN)
    case = await house.signing(founder)
    assert (await stranger.get(f"/cases/{case['id']}")).status_code == 404
    reply = await house.act(stranger, case, "sign", digest="0" * 64, agreed=True)
    assert reply.status_code == 404
    assert (await stranger.get(f"/cases/{case['id']}/documents")).status_code == 404
    listed = (await stranger.get("/cases")).json()["items"]
    assert case["id"] not in [row["id"] for row in listed]


async def test_officer_sees_a_case_only_after_submission_and_only_in_the_region(
    house: House,
) -> None:
    founder = house.founder()
    case = await house.signing(founder)
    officer, elsewhere = house.officer(), house.officer(region="980200")
    assert (await officer.get(f"/cases/{case['id']}")).status_code == 404
    await house.sign(founder, case)
    assert (await officer.get(f"/cases/{case['id']}")).status_code == 200
    assert (await elsewhere.get(f"/cases/{case['id']}")).status_code == 404
