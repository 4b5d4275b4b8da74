"""A company from draft to licence, and everything that can stop it on the way."""

import pytest

from tests.services.registration.filings.conftest import House


@pytest.mark.policy("A087")
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
