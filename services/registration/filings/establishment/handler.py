"""What only the establishment of a company does when its case moves.

Approving writes everything that registration means in one transaction: the name is taken, the code
allocated, the entity entered in the register, the licence signed. What is slow follows as jobs.
"""

import hmac
from collections.abc import Mapping
from typing import Any, cast

from kit import corrections
from kit.cases.drafting import check_case, freeze_submission
from kit.cases.errors import FormIncomplete
from kit.commonplace import escalate
from kit.crypto import derive, person_hash
from kit.errors import FieldError
from kit.jobs import defer
from kit.matters import CaseContext
from kit.rulings import Office
from services.registration.filings import notices, printing, signing, store
from services.registration.filings.assessing import JOB
from services.registration.filings.errors import (
    PeopleMismatch,
    PeopleNotChecked,
    RulesNotMet,
)
from services.registration.filings.establishment import papers, persons, registering, rules
from services.registration.filings.establishment.facts import gather
from services.registration.filings.establishment.form import EstablishmentForm
from services.registration.filings.establishment.workflow import Inspection, Signing
from services.registration.filings.handling import FilingHandler
from services.registration.filings.judging import Judgement
from services.registration.filings.reviewing import Correction, Reason
from services.registration.papers.blocks import Draft

SAMPLING_PERCENT = 10
PUBLIC_FACTS = (
    "digest",
    "receipt_number",
    "accepted_at",
    "instant",
    "judgements",
    "correction",
    "extended",
    "overdue",
    "refusal",
    "uscc",
    "licence_id",
    "sampled",
    "inspection",
    "assessed",
)


def _form(context: CaseContext) -> EstablishmentForm:
    return cast(EstablishmentForm, context.opened())


class EstablishmentHandler(FilingHandler):
    """Rules and effects of 公司设立登记."""

    def __init__(self) -> None:
        self.effects = {
            "send_for_signing": send_for_signing,
            "reopen": reopen,
            "sign": sign,
            "decline": decline,
            "remind": remind,
            "expire_signing": expire_signing,
            "submit": submit,
            "accept": accept,
            "assess": assess,
            "approve": approve,
            **corrections.EFFECTS,
            "request_correction": request_correction,
            "extend_review": extend_review,
            "escalate": escalate,
            "refuse": refuse,
            "withdraw": withdraw,
            "lapse": let_go,
            "inspect": inspect,
        }

    def title(self, form: Mapping[str, Any]) -> str:  # noqa: ARG002  the name comes with the reservation
        return ""

    def region(self, form: Mapping[str, Any]) -> str | None:
        domicile = form.get("domicile")
        code = domicile.get("region_code") if isinstance(domicile, Mapping) else None
        return code if isinstance(code, str) else None

    def people(self, form: Any) -> list[tuple[str, str, str]]:
        """(pointer, name, ID number) of everybody whom the real-name check must answer for."""
        return persons.people(form)

    async def findings(self, context: CaseContext, form: Any) -> list[FieldError]:
        return rules.findings(form, await gather(context, form))

    async def edited(self, context: CaseContext) -> None:
        """Every edit voids the signatures; the title follows the reserved name."""
        if context.case.facts.get("signing_round"):
            await store.void_all(context.session, context.case.id)
            context.parties = []  # who is no longer asked no longer sees; sending asks anew
        context.case.facts.pop("digest", None)
        context.case.title = await registering.reserved_name(context)

    def labels(self, case: Any) -> Mapping[str, str]:
        """The reservation is the applicant's own; its name is everybody's who sees the case."""
        return {"/name_reservation_id": case.title} if case.title else {}

    def papers_to_sign(self, context: CaseContext) -> list[Draft]:
        return papers.to_sign(context)

    def office(self, case: Any) -> Office:
        return printing.office_of(case)

    def public_facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: facts[name] for name in PUBLIC_FACTS if name in facts}


async def send_for_signing(context: CaseContext, _: Any) -> None:
    """Only a form that breaks no rule is frozen and sent to its signers."""
    checked = await check_case(context)
    if not checked.complete:
        raise FormIncomplete(
            errors=[e.model_copy(update={"pointer": f"/form{e.pointer}"}) for e in checked.findings]
        )
    form = _form(context)
    signers = [
        signing.Signer(f"/shareholders/{i}", s.signer.name, s.signer.id_number)
        for i, s in enumerate(form.shareholders)
    ]
    await signing.ask_for_signatures(context, signers, papers.to_sign(context))
    key = context.sealer.person_key
    hashes = {person_hash(number, person_key=key) for _, _, number in persons.people(form)}
    context.case.facts["involved"] = sorted(hashes)


async def reopen(context: CaseContext, _: Any) -> None:
    await store.void_all(context.session, context.case.id)


async def sign(context: CaseContext, payload: Signing) -> None:
    if await signing.sign(context, digest=payload.digest, agreed=payload.agreed):
        context.then("submit")


async def decline(context: CaseContext, payload: Reason) -> None:
    await signing.decline(context, reason=payload.reason)


async def remind(context: CaseContext, _: Any) -> None:
    await signing.remind(context)


async def expire_signing(context: CaseContext, _: Any) -> None:
    await store.void_all(context.session, context.case.id, status="expired")


async def submit(context: CaseContext, _: Any) -> None:
    """Keeps the signed form as an immutable submission; its name can no longer lapse meanwhile."""
    await registering.hold_name(context)
    context.move_data = {"digest": await freeze_submission(context)}
    context.then("accept")


async def accept(context: CaseContext, _: Any) -> None:
    """受理凭证: the receipt; the review clock starts. The assessment follows as a job."""
    case = context.case
    case.facts |= {
        "receipt_number": f"SL{case.reference[1:].replace('-', '')}{case.submission:02d}",
        "accepted_at": context.now.isoformat(),
    }
    for stale in ("assessed", "judgements", "mismatches"):
        case.facts.pop(stale, None)
    await notices.receipt(context, papers.occasion(context))
    args = {"case_id": str(case.id), "submission": case.submission}
    await defer(context.session, JOB, args, lock=f"assess:{case.id}")


async def assess(context: CaseContext, _: Any) -> None:
    """Records what the people check and the rules say; approves where nothing is left to judge."""
    form, case = _form(context), context.case
    facts = await gather(context, form)
    answers = await store.checks_of(context.session, case.id, case.submission)
    mismatches = sorted(row.pointer for row in answers if row.result != "match")
    found = rules.findings(form, facts)
    judged = rules.judgements(form, facts)
    if mismatches:
        judged.append(Judgement("people_mismatch", mismatches[0]))
    reasons = [{"code": j.code, "pointer": j.pointer} for j in judged]
    case.facts |= {
        "assessed": True,
        "mismatches": mismatches,
        "judgements": reasons + [{"code": f.code, "pointer": f.pointer} for f in found],
    }
    context.move_data = {"people_checked": len(answers), "judgements": case.facts["judgements"]}
    if not found and not judged:
        case.facts |= {"instant": True, "sampled": _is_sampled(str(case.id), context.state.secret)}
        context.then("approve")


def _is_sampled(case_id: str, secret: str) -> bool:
    """Ten of a hundred instant approvals are inspected later. Keyed, because a founder knows the case's id
    from the first draft on: without the key nobody can foresee the draw, or draft until it is kind."""
    key = derive(secret, "filings.sampling")
    drawn = int.from_bytes(hmac.digest(key, case_id.encode(), "sha256")[:4], "big")
    return drawn % 100 < SAMPLING_PERCENT


async def approve(context: CaseContext, _: Any) -> None:
    """准予登记. Raises PeopleNotChecked, PeopleMismatch, RulesNotMet."""
    facts = context.case.facts
    if not facts.get("assessed"):
        raise PeopleNotChecked
    if facts.get("mismatches"):
        raise PeopleMismatch(extra={"people": facts["mismatches"]})
    form = _form(context)
    found = rules.findings(form, await gather(context, form))
    if found:
        raise RulesNotMet(errors=found)
    registered = await registering.register(context, form)
    facts["uscc"], facts["licence_id"] = registered.uscc, registered.licence_id
    context.case.title = registered.name
    said = f"准予{registered.name}设立登记，统一社会信用代码 {registered.uscc}。"
    await notices.registration(context, papers.occasion(context), said)
    context.move_data = {"uscc": registered.uscc, "instant": bool(facts.get("instant"))}


async def request_correction(context: CaseContext, payload: Correction) -> None:
    await corrections.request_correction(context, payload)
    await notices.correction(context, papers.occasion(context))


async def extend_review(context: CaseContext, payload: Reason) -> None:
    context.case.facts["extended"] = True
    await notices.extension(context, papers.occasion(context), payload.reason)


async def withdraw(context: CaseContext, _: Any) -> None:
    await let_go(context, _)
    if context.case.submitted_at is not None:
        await notices.withdrawal(context, papers.occasion(context))


async def let_go(context: CaseContext, _: Any) -> None:
    """The case ends without a company: signatures are void and the name is the applicant's again."""
    await store.void_all(context.session, context.case.id)
    await registering.release_name(context)


async def refuse(context: CaseContext, payload: Reason) -> None:
    await registering.release_name(context)
    context.case.facts["refusal"] = payload.reason
    await notices.refusal(context, papers.occasion(context), payload.reason)


async def inspect(context: CaseContext, payload: Inspection) -> None:
    context.case.facts["inspection"] = {
        "outcome": payload.outcome,
        "note": payload.note,
        "on": context.today.isoformat(),
    }
