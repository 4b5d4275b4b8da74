"""Verification with no network: QR text, key set and status list as files, checked by another library.

joserfc signs; here PyJWT and zlib read, so that nobody has to believe our own verifier.
"""

import base64
import json
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest

from services.registration.licences import qr
from services.registration.licences.document import EarlierStatus, canonical, digest, sign_document
from services.registration.licences.keys import SigningKey, generate_key
from services.registration.licences.offline import Verdict, verify_offline
from services.registration.licences.status_list import (
    ENTRIES,
    LicenceStatus,
    build,
    place,
    read_status,
    sign_list,
)
from services.registration.licences.verify import main
from tests.services.registration.licences.samples import URL, sample

KEY = generate_key()
KEYS = {KEY.kid: KEY.public_jwk}
NOW = datetime.now(UTC)
LIST_URI = f"{URL}/api/registration/v1/licence-status-lists/0"


def summary() -> qr.Summary:
    document = sample()
    return qr.summarise(
        uscc=document.licence.uscc,
        version=1,
        name=document.licence.name,
        status_index=5,
        digest_hex=digest(canonical(document)),
    )


def paper(key: SigningKey = KEY) -> str:
    return qr.verify_url(URL, qr.paper_token(summary(), key=key))


def status(value: LicenceStatus | None = None, *, now: datetime = NOW) -> str:
    entries = [(5, value)] if value else []
    return sign_list(build(entries), uri=LIST_URI, key=KEY, now=now)


@pytest.mark.parametrize("value", list(LicenceStatus))
def test_each_status_is_told_from_paper_keys_and_list_alone(value: LicenceStatus) -> None:
    finding = verify_offline(paper(), keys=KEYS, status_token=status(value), now=NOW)
    assert finding.verdict == value.value
    assert finding.shown is not None
    assert finding.shown.name == "青屿云帆智造科技有限公司"


def test_another_library_reaches_the_same_verdict_without_our_code() -> None:
    token = qr.token_in(paper())
    keys = jwt.PyJWKSet.from_dict({"keys": [KEY.public_jwk]})
    kid = jwt.get_unverified_header(token)["kid"]
    said = json.loads(jwt.PyJWS().decode(token, key=keys[kid], algorithms=["ES256"]))
    assert said["c"] == "91980101XY00000123"
    assert said["v"] == 1
    claims = jwt.decode(
        status(LicenceStatus.revoked), key=keys[kid], algorithms=["ES256"], subject=LIST_URI
    )
    packed = claims["status_list"]["lst"]
    data = zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    index, bits = said["i"], claims["status_list"]["bits"]
    assert bits == 4
    assert (data[index * bits // 8] >> (index * bits % 8)) & 0xF == 1
    whole = sign_document(sample(), key=KEY)
    payload = jwt.PyJWS().decode(whole, key=keys[kid], algorithms=["ES256"])
    assert said["d"] == qr.digest_head(digest(payload))


def test_the_command_line_verifies_from_files_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [KEY.public_jwk]}))
    (tmp_path / "0.jwt").write_text(status())
    (tmp_path / "licence.jws").write_text(sign_document(sample(), key=KEY))
    files = ["--keys", f"{tmp_path}/keys.json", "--status-list", f"{tmp_path}/0.jwt"]
    whole = ["--licence", f"{tmp_path}/licence.jws"]
    assert main(["--text", paper(), *files, *whole]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "valid"
    (tmp_path / "0.jwt").write_text(status(LicenceStatus.cancelled))
    assert main(["--text", f"@{tmp_path}/licence.jws", *files]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["verdict"] == "cancelled"
    assert answer["shown"]["content"]["head"]["name"]
    assert main(["--text", "x", "--keys", f"{tmp_path}/none.json"]) == 2


def test_a_qr_signed_by_someone_else_is_unknown_and_a_bent_one_is_tampered() -> None:
    other = generate_key()
    finding = verify_offline(paper(other), keys=KEYS, status_token=status(), now=NOW)
    assert (finding.verdict, finding.reasons) == (Verdict.unknown, ["key_unknown"])
    forged = {KEY.kid: other.public_jwk}
    finding = verify_offline(paper(), keys=forged, status_token=status(), now=NOW)
    assert (finding.verdict, finding.reasons) == (Verdict.tampered, ["signature_invalid"])


def test_a_genuine_qr_on_a_changed_licence_is_noticed() -> None:
    changed = sign_document(sample(domicile="别处1号"), key=KEY)
    finding = verify_offline(
        paper(), keys=KEYS, status_token=status(), now=NOW, licence_jws=changed
    )
    assert (finding.verdict, finding.reasons) == (Verdict.tampered, ["digest_mismatch"])


def test_without_a_fresh_status_list_nothing_is_called_valid() -> None:
    late = NOW + timedelta(hours=25)
    for token, now, reason in (
        (None, NOW, "status_list_missing"),
        (status(), late, "status_list_expired"),
        (status()[:-4] + "AAAA", NOW, "status_list_signature_invalid"),
        (sign_list(b"", uri=LIST_URI, key=KEY, now=NOW), NOW, "status_list_broken"),
        (sign_list(build([]), uri=LIST_URI[:-1] + "7", key=KEY, now=NOW), NOW, "status_list_other"),
    ):
        finding = verify_offline(paper(), keys=KEYS, status_token=token, now=now)
        assert (finding.verdict, finding.reasons) == (Verdict.unknown, [reason])


def test_a_phone_code_dies_after_five_minutes() -> None:
    token = qr.phone_token(summary(), key=KEY, now=NOW, nonce="n")
    for seconds, verdict in ((299, Verdict.valid), (300, Verdict.unknown)):
        now = NOW + timedelta(seconds=seconds)
        finding = verify_offline(token, keys=KEYS, status_token=status(), now=now)
        assert finding.verdict is verdict
    assert finding.reasons == ["code_expired"]


def test_a_status_list_of_a_full_house_stays_a_small_download() -> None:
    some = [(n, LicenceStatus.superseded) for n in range(0, ENTRIES, 9)]
    token = sign_list(build(some), uri=LIST_URI, key=KEY, now=NOW)
    assert len(token) < 20_000
    for index in (0, 1, 9, ENTRIES - 1):
        expected = LicenceStatus.superseded if index % 9 == 0 else LicenceStatus.valid
        assert read_status(token, keys=KEYS, index=index, now=NOW) is expected
    assert place(ENTRIES + 3) == (1, 3)


def test_the_paper_code_stays_readable_for_a_phone() -> None:
    import segno

    long_name = qr.summarise(
        uscc="91980101XY00000123",
        version=99,
        name="青屿" * 60,
        status_index=10_000_000,
        digest_hex="00" * 32,
    )
    url = qr.verify_url("https://yichuang.example.invalid", qr.paper_token(long_name, key=KEY))
    code = segno.make(url, error="m", micro=False, boost_error=False)
    assert code.version <= 17  # 85 modules on 35 mm: 0.41 mm each


def test_a_licence_signed_before_the_claim_had_its_draft_name_still_verifies() -> None:
    earlier = sample().model_copy(update={"status": EarlierStatus(index=5, uri=LIST_URI)})
    for document in (earlier, sample()):
        text = sign_document(document, key=KEY)
        found = verify_offline(text, keys=KEYS, status_token=status(LicenceStatus.revoked), now=NOW)
        assert found.verdict == "revoked"
    said = json.loads(canonical(sample()))["status"]
    assert said == {"status_list": {"idx": 5, "uri": LIST_URI}}
