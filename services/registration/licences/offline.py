"""Verification without a network: a text that somebody shows, our public keys, a status list.

The same judgement serves the public route and the command line. Input is a QR's text, a phone
code or a whole licence; the answer is one verdict and its reasons as stable codes. It must not open
files or sockets, and must not import anything of the database.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.registration.licences import document, qr, status_list
from services.registration.licences.keys import NotSigned, read_header
from services.registration.licences.status_list import LicenceStatus


class Verdict(StrEnum):
    """What can be said of a licence. `unknown` is not `valid`: something needed was missing."""

    valid = "valid"
    superseded = "superseded"
    revoked = "revoked"
    cancelled = "cancelled"
    tampered = "tampered"
    unknown = "unknown"


TAMPERED = {"signature_invalid", "header_not_ours", "content_altered", "digest_mismatch"}


@dataclass(frozen=True)
class Shown:
    """What a genuine text says about a licence, before its status is looked up."""

    kind: str
    uscc: str
    version: int
    name: str
    status_index: int
    digest_head: str
    content: document.LicenceContent | None = None
    expires_at: int | None = None


@dataclass(frozen=True)
class Finding:
    """The verdict, its reasons (stable codes) and what the text says where it is genuine."""

    verdict: Verdict
    reasons: list[str] = field(default_factory=list)
    shown: Shown | None = None


def verdict_of(status: LicenceStatus) -> Verdict:
    return Verdict(status.value)


def read_shown(text: str, *, keys: dict[str, dict[str, Any]]) -> Shown:
    """What the text says, once its signature holds. Raises NotSigned with the reason."""
    token = qr.token_in(text)
    typ = read_header(token)["typ"]
    try:
        if typ == document.TYP:
            found, payload = document.read_document(token, keys=keys)
            head = qr.digest_head(document.digest(payload))
            content = found.licence
            index = found.status.status_list.idx
            return Shown("licence", content.uscc, found.version, content.name, index, head, content)
        if typ in (qr.PAPER_TYP, qr.PHONE_TYP):
            kind = "paper_qr" if typ == qr.PAPER_TYP else "phone_qr"
            said = qr.read_token(token, keys=keys, typ=typ)
            return Shown(
                kind,
                said.uscc,
                said.version,
                said.name_head,
                said.status_index,
                said.digest_head,
                expires_at=said.expires_at,
            )
    except NotSigned:
        raise
    except ValueError as error:
        raise NotSigned("content_altered") from error
    raise NotSigned("wrong_type")


def refused(reason: str) -> Finding:
    """The finding for a text that could not be believed."""
    verdict = Verdict.tampered if reason in TAMPERED else Verdict.unknown
    return Finding(verdict, [reason])


def verify_offline(
    text: str,
    *,
    keys: dict[str, dict[str, Any]],
    status_token: str | None,
    now: datetime,
    licence_jws: str | None = None,
) -> Finding:
    """Judge a text with what the verifier carries. `keys` maps key id to public JWK.

    With `licence_jws` the QR's digest is compared to that licence, so that a changed copy shows.
    """
    try:
        shown = read_shown(text, keys=keys)
        if licence_jws is not None:
            whole = read_shown(licence_jws, keys=keys)
            if whole.digest_head != shown.digest_head:
                return refused("digest_mismatch")
    except NotSigned as error:
        return refused(error.reason)
    if shown.expires_at is not None and shown.expires_at <= now.timestamp():
        return Finding(Verdict.unknown, ["code_expired"], shown)
    if status_token is None:
        return Finding(Verdict.unknown, ["status_list_missing"], shown)
    try:
        status = status_list.read_status(status_token, keys=keys, index=shown.status_index, now=now)
    except NotSigned as error:
        reason = error.reason
        prefixed = reason if reason.startswith("status_list") else f"status_list_{reason}"
        return Finding(Verdict.unknown, [prefixed], shown)
    return Finding(verdict_of(status), [f"status_{status.value}"], shown)
