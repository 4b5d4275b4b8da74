"""The licence as data: what it says (细则 art. 23), its canonical bytes and its digest.

Canonical JSON is RFC 8785, so that two programs that hold the same licence hold the same bytes.
This file must not sign (`keys.py`), print (`pdf.py`) or know any status: a status changes, a
document does not.
"""

import hashlib
import json
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import rfc8785
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.registration.licences.keys import SigningKey, check, sign

TYP = "licence+jws"
Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class HeadRole(StrEnum):
    """What the person who stands for the entity is called on the licence (细则 art. 23)."""

    legal_representative = "legal_representative"
    operator = "operator"
    principal = "principal"
    executive_partner = "executive_partner"
    investor = "investor"


class Head(BaseModel):
    """法定代表人, 经营者 or 负责人: the role decides the label."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    role: HeadRole
    name: Line


class LicenceContent(BaseModel):
    """The items of 细则 art. 23, no more and no less (经营期限 moved to filing).

    `type_text` is the printed 类型 / 组成形式; `registered_capital_fen` is 注册资本 / 出资额 in
    fen and absent for a sole trader; `founded_on` is 成立日期, in Asia/Shanghai.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    uscc: Annotated[str, StringConstraints(pattern=r"^[0-9A-HJ-NP-RTUWXY]{18}$")]
    name: Line
    type_text: Line
    head: Head
    registered_capital_fen: Annotated[int, Field(gt=0, le=10**15)] | None = None
    founded_on: date
    domicile: Line
    business_scope: Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
    registration_authority: Line


class StatusListEntry(BaseModel):
    """Entry `idx` of the signed list at `uri`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    idx: Annotated[int, Field(ge=0)]
    uri: str


class Status(BaseModel):
    """The `status` claim of draft-ietf-oauth-status-list: where the licence's status stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    status_list: StatusListEntry


class EarlierStatus(BaseModel):
    """The claim as licences of the first months carry it, signed for ever."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    index: Annotated[int, Field(ge=0)]
    uri: str

    @property
    def status_list(self) -> StatusListEntry:
        return StatusListEntry(idx=self.index, uri=self.uri)


class LicenceDocument(BaseModel):
    """What is signed: the content and its envelope."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    issuer: str
    licence_id: str
    version: Annotated[int, Field(ge=1)]
    issued_on: date
    is_demo: bool
    licence: LicenceContent
    status: Status | EarlierStatus


def canonical(document: LicenceDocument) -> bytes:
    """RFC 8785 bytes. Empty items are left out rather than written as null."""
    return rfc8785.dumps(document.model_dump(mode="json", exclude_none=True))


def digest(payload: bytes) -> str:
    """SHA-256 (hex) of the canonical bytes: the licence's name among machines."""
    return hashlib.sha256(payload).hexdigest()


def sign_document(document: LicenceDocument, *, key: SigningKey) -> str:
    """The licence as a compact JWS whose payload is the canonical bytes themselves."""
    return sign(canonical(document), key=key, typ=TYP)


def read_document(token: str, *, keys: dict[str, dict[str, Any]]) -> tuple[LicenceDocument, bytes]:
    """The document and its payload, once signature, shape and canonical form hold.

    Raises NotSigned, or ValueError where the payload is not a canonical licence.
    """
    payload = check(token, keys=keys, typ=TYP)
    document = LicenceDocument.model_validate(json.loads(payload))
    if canonical(document) != payload:
        raise ValueError("not canonical")
    return document, payload
