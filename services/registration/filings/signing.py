"""Co-signing: each signer answers for himself, every edit voids what was signed, the last one submits.

A signature is an authenticated person's assent to one digest, which is over the form and over each paper that
was shown. Its evidence (digests, session, instant, declaration) is kept with it and inside the hash chain.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.events.registration import SignatureRequested
from kit.crypto import person_hash
from kit.matters import CaseContext
from kit.outbox import Event, emit
from services.registration.filings import store
from services.registration.filings.errors import (
    AgreementRequired,
    NothingToSign,
    RemindedToday,
    SignedDigestDiffers,
)
from services.registration.papers.blocks import Draft
from services.registration.papers.service import keep_to_sign


@dataclass(frozen=True)
class Signer:
    """Who has to sign: where the form names him, his name and his ID number."""

    pointer: str
    name: str
    id_number: str


async def ask_for_signatures(
    context: CaseContext, signers: Sequence[Signer], drafts: Sequence[Draft]
) -> str:
    """Freezes the form and the papers to sign under one digest and invites every signer; returns it."""
    case, session = context.case, context.session
    await store.void_all(session, case.id)
    round_ = await store.latest_round(session, case.id) + 1
    digest, papers = await keep_to_sign(context, drafts)
    key = context.sealer.person_key
    rows = [
        {
            "id": uuid.uuid4(),
            "case_id": case.id,
            "round": round_,
            "person": person_hash(signer.id_number, person_key=key),
            "name": signer.name,
            "pointer": signer.pointer,
            "digest": digest,
            "status": "invited",
            "invited_at": context.now,
        }
        for signer in signers
    ]
    await store.invite(session, rows)
    case.facts |= {"digest": digest, "signing_round": round_, "papers": papers}
    context.parties = [(f"person:{row['person']}", "signatory") for row in rows]
    for number, row in enumerate(rows):
        await _tell(context, row["person"], sequence=round_ * 1000 + number)
    return digest


async def _tell(context: CaseContext, person: Any, *, sequence: int) -> None:
    data = SignatureRequested(
        case_id=context.case.id, reference=context.case.reference, matter=context.matter.code
    )
    event = Event(
        type="registration.signature.requested.v1",
        aggregate=("signature", f"{context.case.id}:{person}"),
        sequence=sequence,
        data=data,
        audience=(f"person:{person}",),
        occurred_at=context.now,
    )
    await emit(context.session, event)


async def sign(context: CaseContext, *, digest: str, agreed: bool) -> bool:
    """The caller's assent; True when it was the last one missing.

    Raises AgreementRequired, NothingToSign, SignedDigestDiffers.
    """
    if not agreed:
        raise AgreementRequired
    rows = await _mine(context)
    if digest != context.case.facts.get("digest"):
        raise SignedDigestDiffers(extra={"digest": context.case.facts.get("digest")})
    evidence = {
        "digest": digest,
        "papers": context.case.facts.get("papers", {}),
        "sub": context.actor.sub,
        "client_id": context.actor.client_id,
        "declaration": context.matter.declaration[0],
        "at": context.now.isoformat(),
    }
    ids = [row.id for row in rows]
    await store.answer(context.session, ids, status="signed", at=context.now, evidence=evidence)
    context.move_data = {"digest": digest, "signatures": [str(i) for i in ids]}
    return await store.count_waiting(context.session, context.case.id) == 0


async def decline(context: CaseContext, *, reason: str) -> None:
    """The caller refuses: nobody's signature holds any longer."""
    rows = await _mine(context)
    ids: list[UUID] = [row.id for row in rows]
    await store.answer(context.session, ids, status="declined", at=context.now, reason=reason)
    await store.void_all(context.session, context.case.id)


async def _mine(context: CaseContext) -> list[Any]:
    person = context.actor.person
    rows = await store.waiting_for(context.session, context.case.id, person) if person else []
    if not rows:
        raise NothingToSign
    return rows


async def remind(context: CaseContext) -> None:
    """Reminds everybody who has not answered, once a day at most."""
    today = context.today.isoformat()
    if context.case.facts.get("reminded_on") == today:
        raise RemindedToday
    context.case.facts["reminded_on"] = today
    waiting = await store.remind(context.session, context.case.id, context.now)
    sequence = context.case.facts.get("signing_round", 0) * 1000 + 500 + context.case.version
    for number, row in enumerate(waiting):
        await _tell(context, row.person, sequence=sequence + number)
