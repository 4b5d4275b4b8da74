"""From a founder's case to the paper in hand: approval, job, PDF, QR, register, verification."""

import asyncio
import io
from datetime import UTC, datetime

import pypdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from services.registration.licences import pades
from services.registration.licences.document import read_document
from tests.services.registration.filings.conftest import LIN, ZHOU, House, house, simulator

__all__ = ["house", "simulator"]  # fixtures of the filings' own tests


@pytest.mark.policy_part("A087")
@pytest.mark.policy("A093")
async def test_an_approved_case_leaves_a_licence_that_anyone_can_verify(house: House) -> None:
    founder = house.founder()
    case = await house.signing(founder)
    assert (await house.sign(founder, case)).status_code == 200
    await house.work()
    await house.work()  # the printing was asked for by the job before
    done = await house.read(founder, case, "licence,tasks")
    licence = done["expanded"]["licence"]
    assert (licence["status"], licence["version"]) == ("valid", 1)
    assert licence["uscc"] == done["facts"]["uscc"]

    paper = await founder.get(f"/licences/{licence['id']}/pdf")
    assert paper.status_code == 200, paper.text
    anyone = house.running.anonymous
    pem = (await anyone.get("/licence-authority")).content
    root = x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    assert await asyncio.to_thread(
        pades.signature_holds, paper.content, root_certificate=root, now=datetime.now(UTC)
    )
    attached = pypdf.PdfReader(io.BytesIO(paper.content)).attachments["licence.jws"][0].decode()
    keys = {k["kid"]: k for k in (await anyone.get("/licence-keys")).json()["keys"]}
    document, _ = read_document(attached, keys=keys)
    entity = (await anyone.get(f"/entities/{licence['uscc']}")).json()
    assert document.licence.name == entity["name"] == licence["name"]
    assert document.licence.registered_capital_fen == entity["registered_capital_fen"]
    assert document.licence.domicile == entity["domicile"]
    checked = await anyone.request("POST", "/licence-verifications", json={"jws": attached})
    assert checked.json()["verdict"] == "valid"

    revoked = await house.officer().post(
        f"/licences/{licence['id']}/actions/revoke", json={"reason": "依法吊销"}, version=1
    )
    assert revoked.status_code == 200, revoked.text
    checked = await anyone.request("POST", "/licence-verifications", json={"jws": attached})
    assert checked.json()["verdict"] == "revoked"
    assert (await anyone.get(f"/entities/{licence['uscc']}")).json()["state"] == "revoked"


async def test_a_shareholder_who_may_read_the_case_does_not_hold_the_licence(
    house: House,
) -> None:
    founder, second = house.founder(), house.founder(ZHOU)
    case = await house.signing(founder, holders=(LIN, ZHOU))
    for signer in (founder, second):
        assert (await house.sign(signer, case)).status_code == 200
    await house.work()
    mine = (await house.read(founder, case, "licence"))["expanded"]["licence"]
    assert mine["status"] == "valid"
    assert (await house.read(second, case, "licence"))["expanded"]["licence"] is None
    assert (await second.get(f"/licences/{mine['id']}")).status_code == 404
