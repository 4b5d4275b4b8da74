"""Public verification, status lists and key rotation through the API; then offline, from what it gave."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from services.registration.licences import qr
from services.registration.licences.key_service import Signer, activate_key, read_active_key
from services.registration.licences.keys import generate_key, sign
from services.registration.licences.service import summary_of
from services.registration.licences.tables import Licence
from services.registration.licences.verify import main
from tests.services.registration.licences.codes import fresh_uscc
from tests.services.registration.licences.conftest import Office

FIRST = {"If-Match": '"1"'}


async def verify(office: Office, **asked: Any) -> dict[str, Any]:
    reply = await office.service.anonymous.request("POST", "/licence-verifications", json=asked)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


async def paper(office: Office, licence: Licence) -> str:
    """What the QR on this licence's paper says."""
    async with office.state.database.reader() as reader:
        key = await read_active_key(reader, office.signer)
    assert key is not None
    token = qr.paper_token(summary_of(licence), key=key)
    return qr.verify_url(office.signer.public_url, token)


async def end(office: Office, licence: Licence, action: str) -> None:
    path = f"/licences/{licence.id}/actions/{action}"
    reply = await office.officer().post(path, json={"reason": "依法办理"}, version=1)
    assert reply.status_code == 200, reply.text


@pytest.mark.policy("A093")
async def test_a_valid_licence_verifies_by_qr_by_file_and_by_code(office: Office) -> None:
    licence = await office.issue(fresh_uscc())
    for asked in (
        {"text": await paper(office, licence)},
        {"text": qr.token_in(await paper(office, licence))},
        {"jws": licence.jws},
        {"uscc": licence.uscc},
        {"uscc": licence.uscc, "version": 1},
    ):
        answer = await verify(office, **asked)
        assert (answer["verdict"], answer["reasons"]) == ("valid", ["status_valid"])
        assert answer["licence"]["name"] == "青屿云帆智造科技有限公司"
        assert answer["latest_version"] == 1


async def test_superseded_revoked_and_cancelled_are_told_apart(office: Office) -> None:
    first = await office.issue(fresh_uscc())
    await office.issue(first.uscc, domicile="云川省青屿市松岭区新址9号")
    revoked, cancelled = await office.issue(fresh_uscc()), await office.issue(fresh_uscc())
    await end(office, revoked, "revoke")
    await end(office, cancelled, "cancel")
    for licence, verdict in ((first, "superseded"), (revoked, "revoked"), (cancelled, "cancelled")):
        for asked in ({"text": await paper(office, licence)}, {"jws": licence.jws}):
            answer = await verify(office, **asked)
            assert answer["verdict"] == verdict
            assert answer["status_changed_on"]
    assert (await verify(office, uscc=first.uscc))["latest_version"] == 2


async def test_altered_texts_are_tampered_and_strange_ones_unknown(office: Office) -> None:
    licence = await office.issue(fresh_uscc())
    text = await paper(office, licence)
    bent = text[:-3] + ("AAA" if not text.endswith("AAA") else "BBB")
    forged = qr.paper_token(summary_of(licence), key=generate_key())
    for asked, verdict in (
        (bent, "tampered"),
        (forged, "unknown"),
        ("https://example.invalid/verify?t=1", "unknown"),
        ("你好", "unknown"),
        ("a.b.c", "unknown"),
    ):
        answer = await verify(office, text=asked)
        assert answer["verdict"] == verdict
        assert answer["licence"] is None


async def test_a_signed_text_about_another_content_is_tampered(office: Office) -> None:
    """Even with our own key, a summary that is not that of the issued licence does not pass."""
    licence = await office.issue(fresh_uscc())
    async with office.state.database.reader() as reader:
        key = await read_active_key(reader, office.signer)
    assert key is not None
    other = qr.summarise(
        uscc=licence.uscc, version=1, name="假冒", status_index=0, digest_hex="0" * 64
    )
    answer = await verify(office, text=qr.paper_token(other, key=key))
    assert (answer["verdict"], answer["reasons"]) == ("tampered", ["digest_mismatch"])
    nobody = qr.summarise(
        uscc=fresh_uscc(), version=1, name="某", status_index=0, digest_hex="0" * 64
    )
    answer = await verify(office, text=qr.paper_token(nobody, key=key))
    assert (answer["verdict"], answer["reasons"]) == ("unknown", ["not_in_register"])
    strange = await verify(office, text=sign(b"[]", key=key, typ="licence-qr+jws"))
    assert strange["verdict"] in {"tampered", "unknown"}


async def test_an_expired_phone_code_says_so(office: Office) -> None:
    licence = await office.issue(fresh_uscc())
    async with office.state.database.reader() as reader:
        key = await read_active_key(reader, office.signer)
    assert key is not None
    old = datetime.now(UTC) - timedelta(minutes=6)
    token = qr.phone_token(summary_of(licence), key=key, now=old, nonce="n")
    answer = await verify(office, text=token)
    assert (answer["verdict"], answer["reasons"]) == ("unknown", ["code_expired"])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": "a", "uscc": "91980101XY00000123"},
        {"version": 1, "text": "a"},
        {"uscc": "short"},
        {"uscc": "91980101XY00000123", "version": 0},
        {"text": "a", "more": 1},
        {"text": ""},
    ],
)
async def test_a_bad_question_is_a_422(office: Office, body: dict[str, Any]) -> None:
    reply = await office.service.anonymous.post("/licence-verifications", json=body)
    assert (reply.status_code, reply.headers["content-type"]) == (422, "application/problem+json")


async def test_no_personal_number_leaves_through_the_public_doors(office: Office) -> None:
    licence = await office.issue(fresh_uscc())
    answer = json.dumps(await verify(office, uscc=licence.uscc))
    for hidden in ("owner_sub", "founder-1", "holder", "a" * 64, "case_id", str(licence.case_id)):
        assert hidden not in answer


async def test_status_lists_follow_and_verify_with_another_library(office: Office) -> None:
    licence = await office.issue(fresh_uscc())
    await end(office, licence, "revoke")
    keys = (await office.service.anonymous.get("/licence-keys")).json()
    reply = await office.service.anonymous.get("/licence-status-lists/0")
    assert reply.headers["content-type"] == "application/statuslist+jwt"
    kid = jwt.get_unverified_header(reply.text)["kid"]
    claims = jwt.decode(reply.text, key=jwt.PyJWKSet.from_dict(keys)[kid], algorithms=["ES256"])
    assert claims["sub"].endswith("/licence-status-lists/0")
    assert claims["status_list"]["bits"] == 4
    missing = await office.service.anonymous.get("/licence-status-lists/999")
    assert missing.status_code == 404
    huge = await office.service.anonymous.get("/licence-status-lists/99999999999999999999")
    assert huge.status_code in {404, 422}


async def test_what_the_api_gave_verifies_offline_by_the_command_line(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, gone = await office.issue(fresh_uscc()), await office.issue(fresh_uscc())
    await end(office, gone, "cancel")
    (tmp_path / "keys.json").write_text((await office.service.anonymous.get("/licence-keys")).text)
    status = await office.service.anonymous.get("/licence-status-lists/0")
    (tmp_path / "0.jwt").write_text(status.text)
    files = ["--keys", f"{tmp_path}/keys.json", "--status-list", f"{tmp_path}/0.jwt"]
    for licence, verdict, code in ((good, "valid", 0), (gone, "cancelled", 1)):
        text = await paper(office, licence)
        capsys.readouterr()  # the service's own log lines
        assert main(["--text", text, *files]) == code
        assert json.loads(capsys.readouterr().out)["verdict"] == verdict


async def test_keys_rotate_and_old_licences_keep_verifying(office: Office) -> None:
    before = await office.issue(fresh_uscc())
    old_paper = await paper(office, before)
    made = await office.administrator.post("/licence-keys", json={})
    assert made.status_code == 201, made.text
    kid = made.json()["kid"]
    published = (await office.service.anonymous.get("/licence-keys")).json()["keys"]
    assert {key["kid"]: key["state"] for key in published}[kid] == "next"
    assert (await office.issue(fresh_uscc())).kid == before.kid
    second = await office.administrator.post("/licence-keys", json={})
    assert (second.status_code, second.json()["code"]) == (409, "licence_key_exists")
    path = f"/licence-keys/{kid}/actions/activate"
    blind = await office.administrator.post(path, json={})
    assert (blind.status_code, blind.json()["code"]) == (428, "if_match_required")
    shown = await office.administrator.get(f"/licence-keys/{kid}")
    assert shown.headers["etag"] == made.headers["etag"]
    seen = {"If-Match": shown.headers["etag"]}
    assert (await office.administrator.post(path, json={}, headers=seen)).json()[
        "state"
    ] == "active"
    assert (await office.issue(fresh_uscc())).kid == kid
    states = {
        key["kid"]: key["state"]
        for key in (await office.service.anonymous.get("/licence-keys")).json()["keys"]
    }
    assert (states[before.kid], states[kid]) == ("retired", "active")
    for text in (old_paper, before.jws):
        asked = {"jws": text} if text == before.jws else {"text": text}
        assert (await verify(office, **asked))["verdict"] == "valid"
    stale = await office.administrator.post(path, json={}, headers=seen)
    assert (stale.status_code, stale.json()["present"]["state"]) == (412, "active")
    now = (await office.administrator.get(f"/licence-keys/{kid}")).headers["etag"]
    again = await office.administrator.post(path, json={}, headers={"If-Match": now})
    assert (again.status_code, again.json()["code"]) == (409, "licence_key_not_next")


async def test_in_production_a_key_is_public_for_a_day_before_it_signs(office: Office) -> None:
    made = await office.administrator.post("/licence-keys", json={})
    strict = Signer(office.signer.vault, office.signer.public_url, "production")
    from services.registration.licences.errors import LicenceKeyTooFresh

    async def try_it() -> None:
        async with office.state.database.transaction() as session:
            await activate_key(session, strict, made.json()["kid"], version=1)

    with pytest.raises(LicenceKeyTooFresh):
        await try_it()


async def test_only_the_administrator_touches_keys_and_no_private_part_is_shown(
    office: Office,
) -> None:
    await office.issue(fresh_uscc())
    for caller in (office.founder, office.officer()):
        assert (await caller.post("/licence-keys", json={})).status_code == 403
    assert (await office.service.anonymous.post("/licence-keys", json={})).status_code == 401
    keys = (await office.service.anonymous.get("/licence-keys")).json()["keys"]
    assert all(set(key) == {"kty", "crv", "x", "y", "kid", "alg", "use", "state"} for key in keys)
    unknown = await office.administrator.post(
        "/licence-keys/AAAAAAAA/actions/activate", json={}, headers=FIRST
    )
    assert unknown.status_code == 404
