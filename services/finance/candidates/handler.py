"""What only the entry into the library does when its case moves."""

from collections.abc import Mapping
from typing import Any, cast

from kit import corrections
from kit.cases.drafting import check_case, freeze_submission
from kit.cases.errors import FormIncomplete
from kit.commonplace import Reason, escalate
from kit.errors import FieldError
from kit.matters import CaseContext, FactView, Handler
from services.finance.candidates import rules, showing, store
from services.finance.candidates.errors import EntryPending, FiguresNotVerifiable
from services.finance.candidates.form import CandidateForm
from services.finance.candidates.workflow import Verification
from services.finance.enterprises import store as enterprises

PUBLIC_FACTS = (
    "uscc",
    "enterprise_name",
    "submitted_on",
    "corrections",
    "correction",
    "overdue",
    "verification",
    "valid_until",
    "refusal",
    "removal",
)


class CandidateHandler(Handler):
    """Rules and effects of 备选企业库入库."""

    def __init__(self) -> None:
        self.effects = {
            "submit": submit,
            "enter": enter,
            **corrections.EFFECTS,
            "refuse": refuse,
            "escalate": escalate,
            "withdraw": withdraw,
            "lapse": lapse,
            "remove": remove,
        }

    async def findings(self, context: CaseContext, form: Any) -> list[FieldError]:
        row = await represented(context, form.uscc)
        established = row.established_on if row else None
        return rules.findings(form, established_on=established, today=context.today)

    async def edited(self, context: CaseContext) -> None:
        """The title is the company's name as soon as the applicant has chosen one of theirs."""
        row = await represented(context, str(context.case.form.get("uscc", "")))
        context.case.title = row.name if row is not None else ""

    def labels(self, case: Any) -> Mapping[str, str]:
        """The company is the applicant's, its name also the department's to read."""
        return {"/uscc": case.title} if case.title else {}

    def public_facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: facts[name] for name in PUBLIC_FACTS if name in facts}

    def shown(self, facts: Mapping[str, Any]) -> list[FactView]:
        return list(showing.lines(facts))


async def represented(context: CaseContext, uscc: str) -> Any | None:
    """The enterprise if the case's applicant is its legal representative, whoever is looking now."""
    person = context.case.applicant_person
    row = await enterprises.find(context.session, uscc) if person else None
    return row if row is not None and row.legal_representative == person else None


def _form(context: CaseContext) -> CandidateForm:
    return cast(CandidateForm, context.opened())


async def submit(context: CaseContext, _: Any) -> None:
    """Takes the enterprise's one place among the pending. Raises FormIncomplete, EntryPending."""
    checked = await check_case(context)
    if not checked.complete:
        raise FormIncomplete(
            errors=[e.model_copy(update={"pointer": f"/form{e.pointer}"}) for e in checked.findings]
        )
    form, case = _form(context), context.case
    row = await represented(context, form.uscc)
    assert row is not None  # the findings have asked
    values = {
        "case_id": case.id,
        "region_code": row.region_code,
        **form.model_dump(exclude={"titles"}),
        "titles": list(form.titles),
    }
    if not await store.claim(context.session, values):
        raise EntryPending  # whose case it is the caller may not know
    case.title, case.region_code = row.name, row.region_code
    case.facts |= {"uscc": row.uscc, "enterprise_name": row.name}
    case.facts["submitted_on"] = context.today.isoformat()
    context.move_data = {"digest": await freeze_submission(context)}


async def enter(context: CaseContext, payload: Verification) -> None:
    """The entry is live from today. Raises FiguresNotVerifiable where a criterion changed meanwhile or the
    applicant no longer represents the company."""
    form, case = _form(context), context.case
    found = await context.matter.handler.findings(context, form)
    if found:
        raise FiguresNotVerifiable(errors=found)
    until = rules.valid_until(context.today)
    await store.make_live(
        context.session,
        case.id,
        verified_by=context.actor.sub,
        on=context.today,
        valid_until=until,
    )
    case.facts["verification"] = {"note": payload.note, "on": context.today.isoformat()}
    case.facts["valid_until"] = until.isoformat()
    context.move_data = {"valid_until": until.isoformat()}


async def refuse(context: CaseContext, payload: Reason) -> None:
    context.case.facts["refusal"] = payload.reason
    await store.end(context.session, context.case.id, on=context.today, reason="refused")


async def withdraw(context: CaseContext, _: Any) -> None:
    await store.end(context.session, context.case.id, on=context.today, reason="withdrawn")


async def lapse(context: CaseContext, _: Any) -> None:
    await store.end(context.session, context.case.id, on=context.today, reason="lapsed")


async def remove(context: CaseContext, payload: Reason) -> None:
    """Ends the entry before its time; one that has ended meanwhile stays as it ended."""
    context.case.facts["removal"] = payload.reason
    await store.end(context.session, context.case.id, on=context.today, reason="removed")
