"""What goes in and out about licences."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from kit.schemas import In, Out
from services.registration.licences.document import HeadRole
from services.registration.licences.keys import MAX_TOKEN_CHARS
from services.registration.licences.offline import Verdict
from services.registration.licences.status_list import LicenceStatus

Uscc = Annotated[str, StringConstraints(pattern=r"^[0-9A-HJ-NP-RTUWXY]{18}$")]


class HeadView(Out):
    """The person who stands for the entity."""

    role: HeadRole
    name: str


class LicenceContentView(Out):
    """What the licence says (细则 art. 23)."""

    uscc: str
    name: str
    type_text: str
    head: HeadView
    registered_capital_fen: int | None = None
    founded_on: date
    domicile: str
    business_scope: str
    registration_authority: str


class LicenceMove(Out):
    action: str
    requires: list[str]
    href: str


class LicenceEvent(Out):
    """One step of a licence's life."""

    action: str
    status: LicenceStatus
    at: datetime
    actor_role: str
    reason: str | None


class LicenceSummary(Out):
    """A row of the list of licences. The name and code are in `licence` of the single one."""

    id: UUID
    case_id: UUID
    uscc: str
    name: str
    version: int
    status: LicenceStatus
    region_code: str
    issued_on: date
    issued_at: datetime
    is_demo: bool


class LicenceView(LicenceSummary):
    """A licence with its signature's facts. `digest` is SHA-256 (hex) of the signed payload."""

    licence: LicenceContentView
    digest: str
    key_id: str
    status_index: int
    status_reason: str | None
    status_changed_at: datetime | None
    is_printed: bool
    history: list[LicenceEvent]
    allowed_actions: list[LicenceMove]


class LicenceEnd(In):
    """Why a licence is ended; shown to its holder."""

    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=2, max_length=1000)
    ] = Field(examples=["依法吊销（市监罚〔2026〕18号）"])


class QrTokenView(Out):
    """A code for a phone's screen; it dies at `expires_at`. `svg` is its drawing."""

    token: str
    url: str
    svg: str
    expires_at: datetime


class LicenceVerificationRequest(In):
    """Exactly one of: `text` (what a QR says), `jws` (a licence file) or `uscc` (with `version`)."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=4000)] | None = None
    jws: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TOKEN_CHARS)] | None = None
    uscc: Uscc | None = Field(default=None, examples=["91980101XY00000123"])
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None

    # The kit's general limit for a string is shorter than a whole licence.
    model_config = In.model_config | {
        "str_max_length": MAX_TOKEN_CHARS,
        "json_schema_extra": {"examples": [{"uscc": "91980101XY00000123"}]},
    }

    @model_validator(mode="after")
    def name_one_thing(self) -> Self:
        given = [self.text, self.jws, self.uscc]
        if sum(value is not None for value in given) != 1:
            raise ValueError("give exactly one of text, jws, uscc")
        if self.version is not None and self.uscc is None:
            raise ValueError("version goes with uscc")
        return self


class VerifiedLicence(LicenceContentView):
    """The genuine licence as issued, to be compared with what somebody shows."""

    version: int
    issued_on: date
    is_demo: bool


class LicenceVerification(Out):
    """`reasons` are codes of the list `licence_verification_reasons`; `kind` says what was shown.

    `licence` is present when the shown text is genuine; `latest_version` is the entity's newest.
    """

    verdict: Verdict
    reasons: list[str]
    kind: str
    checked_at: datetime
    licence: VerifiedLicence | None = None
    latest_version: int | None = None
    status_changed_on: date | None = None


class LicenceKeyView(Out):
    """A public key (JWK, RFC 7517) with where it stands: next, active or retired."""

    kty: str
    crv: str
    x: str
    y: str
    kid: str
    alg: str
    use: str
    state: str


class LicenceKeySet(Out):
    """A JWKS. A retired key stays for ever: a licence outlives the key that signed it."""

    keys: list[LicenceKeyView]


class LicenceKeyAdminView(Out):
    """`may_sign_from`: before it the next key is not activated, so that copies can catch up.

    `version` goes into If-Match: 1 as the next key, 2 as the active one, 3 when it is retired.
    """

    kid: str
    state: str
    published_at: datetime
    may_sign_from: datetime
    activated_at: datetime | None
    retired_at: datetime | None
    version: int
