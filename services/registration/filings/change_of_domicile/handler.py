"""What only the change of a company's address does when its case moves.

Approving writes it all in one transaction: the grant is used, the register entry changes, the licence is
issued anew and the former one superseded.
"""

from collections.abc import Mapping
from typing import Any, cast

from kit import corrections
from kit.cases.drafting import check_case, freeze_submission
from kit.cases.errors import FormIncomplete
from kit.commonplace import escalate
from kit.errors import FieldError
from kit.matters import CaseContext, FactView, Handler, fact
from kit.rulings import Office
from services.registration.filings import notices, printing
from services.registration.filings.change_of_domicile import changing, papers, rules, store
from services.registration.filings.change_of_domicile.errors import ChangePending
from services.registration.filings.change_of_domicile.facts import gather
from services.registration.filings.change_of_domicile.form import ChangeOfDomicileForm
from services.registration.filings.change_of_domicile.workflow import PENDING
from services.registration.filings.errors import RulesNotMet
from services.registration.filings.reviewing import Correction, Reason
from services.registration.licences.store import lock_entity
from services.registration.papers.blocks import Draft
from services.registration.papers.service import keep_to_sign

PUBLIC_FACTS = (
    "digest", "uscc", "domicile_before", "domicile", "receipt_number", "accepted_at", "judgements",
    "correction", "extended", "overdue", "refusal", "licence_id", "licence_version",
)  # fmt: skip


def _form(context: CaseContext) -> ChangeOfDomicileForm:
    return cast(ChangeOfDomicileForm, context.opened())


class ChangeOfDomicileHandler(Handler):
    """Rules and effects of 住所变更登记."""

    def __init__(self) -> None:
        self.effects = {
            "submit": submit,
            "approve": approve,
            **corrections.EFFECTS,
            "request_correction": request_correction,
            "withdraw": withdraw,
            "extend_review": extend_review,
            "escalate": escalate,
            "refuse": refuse,
        }

    def region(self, form: Mapping[str, Any]) -> str | None:
        """The office of the new place decides (条例 art. 27)."""
        domicile = form.get("domicile")
        code = domicile.get("region_code") if isinstance(domicile, Mapping) else None
        return code if isinstance(code, str) else None

    async def findings(self, context: CaseContext, form: Any) -> list[FieldError]:
        return rules.findings(form, await gather(context, form))

    async def edited(self, context: CaseContext) -> None:
        """The case bears the company's name, once the applicant is known to stand for it."""
        context.case.facts.pop("digest", None)  # what was signed is another form now
        uscc = str(context.case.form.get("uscc", ""))
        row = await store.company_of(context.session, uscc, context.case.applicant_person)
        context.case.title = row.name if row is not None else ""

    def papers_to_sign(self, context: CaseContext) -> list[Draft]:
        return papers.to_sign(context)

    def office(self, case: Any) -> Office:
        return printing.office_of(case)

    def public_facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: facts[name] for name in PUBLIC_FACTS if name in facts}

    def shown(self, facts: Mapping[str, Any]) -> list[FactView]:
        lines = []
        if "domicile_before" in facts:
            lines.append(fact("原住所", "Former address", "text", facts["domicile_before"]))
            lines.append(fact("新住所", "New address", "text", facts["domicile"]))
        return lines


async def submit(context: CaseContext, _: Any) -> None:
    """The legal representative's own act: the form is frozen and its receipt given (受理).

    Raises FormIncomplete, ChangePending."""
    checked = await check_case(context)
    if not checked.complete:
        raise FormIncomplete(
            errors=[e.model_copy(update={"pointer": f"/form{e.pointer}"}) for e in checked.findings]
        )
    form, case = _form(context), context.case
    await lock_entity(context.session, form.uscc)
    other = await store.other_pending(
        context.session, form.uscc, matter=case.matter, states=PENDING, case_id=case.id
    )
    if other is not None:
        raise ChangePending(existing={"reference": other.reference})
    digest = await freeze_submission(context)
    facts = await gather(context, form)
    assert facts.company is not None  # the findings have asked
    case.facts |= {
        "uscc": form.uscc,
        "domicile_before": facts.company.domicile,
        "domicile": facts.new_domicile,
        "receipt_number": f"SL{case.reference[1:].replace('-', '')}{case.submission:02d}",
        "accepted_at": context.now.isoformat(),
        "judgements": [
            {"code": j.code, "pointer": j.pointer} for j in rules.judgements(form, facts)
        ],
    }
    bundle, signed = await keep_to_sign(context, papers.to_sign(context))
    case.facts["digest"] = bundle
    context.move_data = {
        "digest": digest,
        "papers": signed,
        "declaration": context.matter.declaration[0],
    }
    await notices.receipt(context, papers.occasion(context))


async def approve(context: CaseContext, _: Any) -> None:
    """准予变更登记. Raises RulesNotMet where the register or the grant says otherwise now."""
    form = _form(context)
    await lock_entity(context.session, form.uscc)
    found = rules.findings(form, await gather(context, form))
    if found:
        raise RulesNotMet(errors=found)
    licence = await changing.change(context, form)
    context.case.facts |= {"licence_id": str(licence.id), "licence_version": licence.version}
    context.move_data = {"uscc": form.uscc, "licence_version": licence.version}
    said = f"准予住所变更登记，新住所：{context.case.facts['domicile']}。营业执照已按新住所换发。"
    await notices.registration(context, papers.occasion(context), said)


async def request_correction(context: CaseContext, payload: Correction) -> None:
    await corrections.request_correction(context, payload)
    await notices.correction(context, papers.occasion(context))


async def withdraw(context: CaseContext, _: Any) -> None:
    if context.case.submitted_at is not None:
        await notices.withdrawal(context, papers.occasion(context))


async def extend_review(context: CaseContext, payload: Reason) -> None:
    context.case.facts["extended"] = True
    await notices.extension(context, papers.occasion(context), payload.reason)


async def refuse(context: CaseContext, payload: Reason) -> None:
    context.case.facts["refusal"] = payload.reason
    await notices.refusal(context, papers.occasion(context), payload.reason)
