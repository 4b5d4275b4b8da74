"""Licences through the API: issue, races, who may see, print, phone code, revoke and cancel."""

import asyncio
import io
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pypdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.registration.licences import pades, store
from services.registration.licences.errors import LicenceContentDiffers, LicenceEnded
from services.registration.licences.issuing import cancel_licence, issue_licence
from tests.services.registration.licences.codes import fresh_uscc
from tests.services.registration.licences.conftest import Office
from tests.services.registration.licences.samples import content


async def rows(office: Office, sql: str, **values: object) -> list[tuple[object, ...]]:
    async with office.state.database.reader() as reader:
        return [tuple(row) for row in (await reader.execute(text(sql), values)).all()]


@pytest.mark.policy("A093")
async def test_a_licence_is_issued_once_per_case_however_often_it_is_asked(office: Office) -> None:
    uscc, case_id = fresh_uscc(), uuid4()
    first = await office.issue(uscc, case_id=case_id)
    again = await office.issue(uscc, case_id=case_id)
    assert again.id == first.id
    assert (first.version, first.status, first.revision) == (1, "valid", 1)
    events = await rows(
        office, "SELECT type, data->>'uscc' FROM outbox WHERE aggregate_id = :i", i=str(first.id)
    )
    assert events == [("registration.licence.issued.v1", uscc)]
    jobs = "SELECT count(*) FROM procrastinate_jobs WHERE args->>'licence_id' = :i"
    assert await rows(office, jobs, i=str(first.id)) == [(1,)]


async def test_twenty_issues_of_one_case_at_once_give_one_licence(office: Office) -> None:
    uscc, case_id = fresh_uscc(), uuid4()
    issued = await asyncio.gather(*(office.issue(uscc, case_id=case_id) for _ in range(20)))
    assert len({licence.id for licence in issued}) == 1
    assert await rows(office, "SELECT count(*) FROM licences WHERE uscc = :u", u=uscc) == [(1,)]


async def test_ten_cases_of_one_entity_at_once_leave_one_valid_licence(office: Office) -> None:
    uscc = fresh_uscc()
    await asyncio.gather(*(office.issue(uscc) for _ in range(10)))
    found = await rows(
        office, "SELECT version, status FROM licences WHERE uscc = :u ORDER BY version", u=uscc
    )
    assert [version for version, _ in found] == list(range(1, 11))
    assert [status for _, status in found] == ["superseded"] * 9 + ["valid"]


async def test_a_case_does_not_issue_a_second_licence_with_other_content(office: Office) -> None:
    uscc, case_id = fresh_uscc(), uuid4()
    await office.issue(uscc, case_id=case_id)
    with pytest.raises(LicenceContentDiffers):
        await office.issue(uscc, case_id=case_id, domicile="别处1号")


async def test_an_approval_that_fails_leaves_no_licence_and_no_key_trouble(office: Office) -> None:
    uscc = fresh_uscc()

    async def approve_and_fail() -> None:
        async with office.state.database.transaction() as session:
            await issue_licence(
                session,
                office.signer,
                case_id=uuid4(),
                content=content(uscc=uscc),
                region_code="980101",
                owner_sub="founder-1",
                holder_persons=[],
                now=office.state.clock.now(),
            )
            raise RuntimeError("the approval fails later")

    with pytest.raises(RuntimeError):
        await approve_and_fail()
    assert await rows(office, "SELECT 1 FROM licences WHERE uscc = :u", u=uscc) == []
    assert (await office.issue(uscc)).version == 1


async def test_what_was_signed_cannot_be_edited_even_in_the_database(office: Office) -> None:
    licence = await office.issue(fresh_uscc())

    async def run(statement: str) -> None:
        async with office.state.database.transaction() as session:
            await session.execute(text(statement), {"i": licence.id})

    for statement in (
        "UPDATE licences SET payload = '{}' WHERE id = :i",
        "UPDATE licences SET version = 9 WHERE id = :i",
        "DELETE FROM licences WHERE id = :i",
        "DELETE FROM licence_history WHERE licence_id = :i",
    ):
        with pytest.raises(DBAPIError):
            await run(statement)


async def test_holder_legal_representative_and_officer_of_the_region_see_it(office: Office) -> None:
    licence = await office.issue(fresh_uscc())
    for caller in (office.founder, office.legal_representative, office.officer("980100")):
        reply = await caller.get(f"/licences/{licence.id}")
        assert reply.status_code == 200, reply.text
        assert reply.headers["etag"] == '"1"'
        assert reply.json()["licence"]["head"]["name"] == "林㛃䶮"


@pytest.mark.parametrize("path", ["", "/pdf", "/jws"])
async def test_others_cannot_know_that_it_exists(office: Office, path: str) -> None:
    licence = await office.issue(fresh_uscc())
    others = [
        office.stranger,
        office.officer("980201"),
        office.service.caller("officer", sub="no-region"),
        office.service.caller("bank", sub="bank-1", org="bank", regions=["980100"]),
        office.administrator,
    ]
    for caller in others:
        assert (await caller.get(f"/licences/{licence.id}{path}")).status_code == 404
        listed = await caller.get(f"/licences?uscc={licence.uscc}")
        assert listed.json()["items"] == []
    anonymous = await office.service.anonymous.get(f"/licences/{licence.id}{path}")
    assert anonymous.status_code == 401


async def test_the_list_pages_through_all_that_is_mine(office: Office) -> None:
    caller = office.service.caller("founder", sub="nobody-yet", person="c" * 64)
    assert (await caller.get("/licences")).json() == {
        "items": [],
        "next": None,
        "approximate_total": None,
    }
    for _ in range(3):
        await office.issue(fresh_uscc())
    seen: list[str] = []
    url = "/licences?limit=2"
    while True:
        page = (await office.founder.get(url)).json()
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        url = f"/licences?limit=2&cursor={page['next']}"
    assert len(seen) == len(set(seen)) >= 3
    assert (await office.founder.get("/licences?cursor=bad")).json()["code"] == "invalid_cursor"


async def test_if_none_match_spares_the_body_until_it_is_printed(office: Office) -> None:
    licence = await office.issue(fresh_uscc())
    path = f"/licences/{licence.id}"
    early = await office.founder.get(path)
    assert early.json()["is_printed"] is False
    held = {"If-None-Match": early.headers["etag"]}
    reply = await office.founder.get(path, headers=held)
    assert (reply.status_code, reply.content) == (304, b"")
    await office.print(licence)
    printed = await office.founder.get(path, headers=held)
    assert (printed.status_code, printed.json()["is_printed"]) == (200, True)
    held = {"If-None-Match": printed.headers["etag"]}
    assert (await office.founder.get(path, headers=held)).status_code == 304
    body, seen = {"reason": "依法吊销"}, {"If-Match": printed.headers["etag"]}
    revoked = await office.officer().post(f"{path}/actions/revoke", json=body, headers=seen)
    assert revoked.status_code == 200, revoked.text


async def test_the_pdf_is_printed_once_and_signed(office: Office) -> None:
    licence = await office.issue(fresh_uscc())
    early = await office.founder.get(f"/licences/{licence.id}/pdf")
    assert (early.status_code, early.json()["code"]) == (409, "licence_not_printed")
    await asyncio.gather(*(office.print(licence) for _ in range(3)))
    reply = await office.founder.get(f"/licences/{licence.id}/pdf")
    assert reply.headers["content-type"] == "application/pdf"
    assert "filename*=UTF-8''" in reply.headers["content-disposition"]
    held = {"If-None-Match": reply.headers["etag"]}
    again = await office.founder.get(f"/licences/{licence.id}/pdf", headers=held)
    assert again.status_code == 304
    pem = await office.service.anonymous.get("/licence-authority")
    assert pem.text.startswith("-----BEGIN CERTIFICATE-----")
    root = x509.load_pem_x509_certificate(pem.content).public_bytes(Encoding.DER)
    holds = await asyncio.to_thread(
        pades.signature_holds, reply.content, root_certificate=root, now=datetime.now(UTC)
    )
    assert holds
    attached = pypdf.PdfReader(io.BytesIO(reply.content)).attachments["licence.jws"][0].decode()
    assert attached == (await office.founder.get(f"/licences/{licence.id}/jws")).text == licence.jws


async def test_an_officer_revokes_with_a_reason_and_the_present_etag(office: Office) -> None:
    licence = await office.issue(fresh_uscc())
    path, body = f"/licences/{licence.id}/actions/revoke", {"reason": "依法吊销"}
    officer = office.officer()
    assert (await officer.post(path, json=body)).json()["code"] == "if_match_required"
    stale = await officer.post(path, json=body, version=7)
    assert (stale.status_code, stale.json()["present"]["status"]) == (412, "valid")
    done = await officer.post(path, json=body, version=1)
    assert done.status_code == 200, done.text
    assert (done.json()["status"], done.json()["status_reason"]) == ("revoked", "依法吊销")
    assert done.headers["etag"] == '"2"'
    assert [move["action"] for move in done.json()["allowed_actions"]] == ["cancel"]
    repeated = await officer.post(path, json=body, version=2)
    assert (repeated.status_code, repeated.json()["code"]) == (409, "licence_move_impossible")
    cancelled = await officer.post(path.replace("revoke", "cancel"), json=body, version=2)
    assert cancelled.json()["status"] == "cancelled"
    events = await rows(
        office,
        "SELECT type FROM outbox WHERE aggregate_id = :i ORDER BY sequence",
        i=str(licence.id),
    )
    assert [kind for (kind,) in events] == [
        f"registration.licence.{what}.v1" for what in ("issued", "revoked", "cancelled")
    ]


async def test_who_may_not_end_a_licence_is_told_so(office: Office) -> None:
    licence = await office.issue(fresh_uscc())
    path, body = f"/licences/{licence.id}/actions/revoke", {"reason": "依法吊销"}
    assert (await office.founder.post(path, json=body, version=1)).status_code == 403
    assert (await office.officer("980201").post(path, json=body, version=1)).status_code == 404
    assert (await office.officer().post(path, json={"reason": ""}, version=1)).status_code == 422
    extra = body | {"status": "valid"}
    assert (await office.officer().post(path, json=extra, version=1)).status_code == 422
    supersede = path.replace("revoke", "supersede")
    assert (await office.officer().post(supersede, json=body, version=1)).status_code == 409
    unknown = path.replace("revoke", "burn")
    assert (await office.officer().post(unknown, json=body, version=1)).status_code == 404


async def test_two_officers_who_revoke_at_once_make_one_revocation(office: Office) -> None:
    licence = await office.issue(fresh_uscc())
    path, body = f"/licences/{licence.id}/actions/revoke", {"reason": "依法吊销"}
    replies = await asyncio.gather(
        *(office.officer().post(path, json=body, version=1) for _ in range(6))
    )
    assert sorted(reply.status_code for reply in replies) == [200, *[412] * 5]


@pytest.mark.parametrize("between", ["read_history", "find_visible"])
async def test_a_licence_revoked_while_it_is_being_read_is_never_kept_as_valid(
    office: Office, monkeypatch: pytest.MonkeyPatch, between: str
) -> None:
    licence = await office.issue(fresh_uscc())
    path, read, revoked = f"/licences/{licence.id}", getattr(store, between), asyncio.Event()

    async def then_revoke(*args: Any) -> Any:
        found = await read(*args)
        if not revoked.is_set():
            revoked.set()
            body = {"reason": "依法吊销"}
            await office.officer().post(f"{path}/actions/revoke", json=body, version=1)
        return found

    monkeypatch.setattr(store, between, then_revoke)
    seen = await office.founder.get(path)
    assert (seen.status_code, seen.json()["status"], len(seen.json()["history"])) == (
        200,
        "valid",
        1,
    )
    again = await office.founder.get(path, headers={"If-None-Match": seen.headers["etag"]})
    assert (again.status_code, again.json()["status"]) == (200, "revoked")


async def test_after_the_end_no_further_licence_is_issued(office: Office) -> None:
    uscc = fresh_uscc()
    await office.issue(uscc)
    async with office.state.database.transaction() as session:
        await cancel_licence(session, uscc, reason="注销登记", now=office.state.clock.now())
    with pytest.raises(LicenceEnded):
        await office.issue(uscc)


async def test_only_the_holder_gets_a_phone_code_and_only_while_it_stands(office: Office) -> None:
    licence = await office.issue(fresh_uscc())
    path = f"/licences/{licence.id}/qr-tokens"
    made = await office.legal_representative.post(path, json={})
    assert made.status_code == 201, made.text
    assert made.json()["svg"].startswith("<svg")
    checked = await office.service.anonymous.post(
        "/licence-verifications", json={"text": made.json()["url"]}
    )
    assert (checked.json()["verdict"], checked.json()["kind"]) == ("valid", "phone_qr")
    assert (await office.officer().post(path, json={})).status_code == 404
    end = f"/licences/{licence.id}/actions/cancel"
    await office.officer().post(end, json={"reason": "注销"}, version=1)
    late = await office.founder.post(path, json={})
    assert (late.status_code, late.json()["code"]) == (409, "licence_not_valid")


async def test_the_same_key_gives_the_same_phone_code(office: Office) -> None:
    licence = await office.issue(fresh_uscc())
    path = f"/licences/{licence.id}/qr-tokens"
    first = await office.founder.post(path, json={}, key="qr-1")
    again = await office.founder.post(path, json={}, key="qr-1")
    assert first.json() == again.json()
    assert again.headers["idempotency-hit"] == "true"
