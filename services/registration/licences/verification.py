"""Public verification: is this licence genuine, and does it still stand?

Anyone may ask and learns only what the register publishes anyway. The signature is judged by
`offline.py`, the same code that works without us; here the status comes from the database.
"""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from kit.clock import shanghai_date
from services.registration.licences import qr, store
from services.registration.licences.key_service import key_map
from services.registration.licences.keys import NotSigned
from services.registration.licences.offline import Shown, Verdict, read_shown, refused
from services.registration.licences.schemas import (
    LicenceVerification,
    LicenceVerificationRequest,
    VerifiedLicence,
)

REASONS = {
    "status_valid": ("执照有效", "The licence stands"),
    "status_superseded": ("已换发新版执照，此版失效", "A newer version has been issued"),
    "status_revoked": ("执照已被吊销", "The licence was revoked"),
    "status_cancelled": ("主体已注销，执照失效", "The entity was deregistered"),
    "signature_invalid": ("签名不符，内容被改动", "The signature does not fit the content"),
    "content_altered": ("内容不是本平台签发的格式", "The content is not as this platform signs it"),
    "header_not_ours": ("签名头不可信", "The signature's header cannot be trusted"),
    "digest_mismatch": ("与核发的执照内容不一致", "It differs from the licence as issued"),
    "key_unknown": ("签名密钥不是本平台的", "The signing key is not this platform's"),
    "wrong_type": ("不是营业执照的二维码或文件", "It is no licence and no licence's code"),
    "not_a_signed_text": ("无法识别的内容", "It cannot be read as a licence"),
    "code_expired": ("手机二维码已过期，请重新出示", "The phone code has expired; show a new one"),
    "not_in_register": ("登记库中没有此执照", "The register has no such licence"),
    "status_list_missing": ("没有状态清单，无法判断是否有效", "No status list was given"),
    "status_list_expired": ("状态清单已过期", "The status list is too old"),
}


async def verify_licence(
    connection: AsyncConnection, asked: LicenceVerificationRequest
) -> LicenceVerification:
    """The verdict on a QR's text, a licence file or a code; never an error for a strange text."""
    now = datetime.now(UTC)
    if asked.uscc is not None:
        row, latest = await store.find_version(connection, asked.uscc, asked.version)
        return _answer("code", row, latest, now=now)
    text = asked.text or asked.jws or ""
    try:
        shown = read_shown(text, keys=await key_map(connection))
    except NotSigned as error:
        finding = refused(error.reason)
        return LicenceVerification(
            verdict=finding.verdict, reasons=finding.reasons, kind="unreadable", checked_at=now
        )
    row, latest = await store.find_version(connection, shown.uscc, shown.version)
    return _compare(shown, row, latest, now=now)


def _compare(shown: Shown, row: Any, latest: int | None, *, now: datetime) -> LicenceVerification:
    """A genuine text against the licence as issued."""
    if row is not None and qr.digest_head(row.digest) != shown.digest_head:
        return LicenceVerification(
            verdict=Verdict.tampered,
            reasons=["digest_mismatch"],
            kind=shown.kind,
            checked_at=now,
            latest_version=latest,
        )
    answer = _answer(shown.kind, row, latest, now=now)
    expired = shown.expires_at is not None and shown.expires_at <= now.timestamp()
    if expired and answer.verdict is Verdict.valid:
        return answer.model_copy(update={"verdict": Verdict.unknown, "reasons": ["code_expired"]})
    return answer


def _answer(kind: str, row: Any, latest: int | None, *, now: datetime) -> LicenceVerification:
    if row is None:
        return LicenceVerification(
            verdict=Verdict.unknown,
            reasons=["not_in_register"],
            kind=kind,
            checked_at=now,
            latest_version=latest,
        )
    changed = shanghai_date(row.status_changed_at) if row.status_changed_at else None
    return LicenceVerification(
        verdict=Verdict(row.status),
        reasons=[f"status_{row.status}"],
        kind=kind,
        checked_at=now,
        licence=VerifiedLicence(
            **json.loads(row.payload)["licence"],
            version=row.version,
            issued_on=row.issued_on,
            is_demo=row.is_demo,
        ),
        latest_version=latest,
        status_changed_on=changed,
    )
