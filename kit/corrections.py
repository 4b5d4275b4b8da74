"""One notice of everything that has to be corrected (一次性告知), tied to the answers that it is about.

    ask_for_correction(("submitted",), by=OFFICERS)   # the officer: a reason, and per answer what is wrong
    EXPLAIN                                           # the applicant: why an answer stays as it is

A notice names places of the form by JSON pointer, or a material as `/materials/<code>`, or nothing. It is
answered by changing each place, by handing the material in anew, or by an explanation: what is sent back
untouched is refused (`unanswered`). The answered notice stays with the case, for whoever reviews it again.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from kit.cases import store
from kit.commonplace import APPLICANT, CORRECTING, OFFICERS
from kit.documents import store as documents
from kit.errors import FieldError, InvalidRequest
from kit.forms import FieldView, Ui
from kit.matters import CaseContext, Effect, Matter
from kit.pointers import MISSING, general, read
from kit.schemas import In, LongText
from kit.sealing import comparable
from kit.workflow import Facts, Move, Need

OPEN, ANSWERED = "correction", "correction_answered"
MATERIALS = "/materials/"


class CorrectionItem(In):
    """One thing to correct. `pointer`: a place of the form, `/materials/<code>`, or nothing for the whole."""

    pointer: Annotated[
        str | None,
        Field(max_length=200, pattern=r"^(/[A-Za-z0-9_-]+)+$", examples=["/domicile/street"]),
        Ui("哪一项", "Which answer"),
    ] = None
    detail: Annotated[
        LongText,
        Field(examples=["门牌号与租赁合同不一致"]),
        Ui("问题和要求", "What is wrong", kind="textarea"),
    ]


def as_item(value: Any) -> Any:
    """A bare text is an item about the whole form, as before items had places."""
    return {"detail": value} if isinstance(value, str) else value


MARKS = Ui(
    "需要补正的内容",
    "What has to be corrected",
    kind="marks",
    hint_zh="在有问题的那一项写明原因和要求，一次写全",
    hint_en="Say beside each answer what is wrong with it, all of it at once",
)


class Correction(In):
    """Everything that has to be corrected, in one notice."""

    reason: Annotated[LongText, Ui("说明", "Explanation", kind="textarea")]
    items: Annotated[
        list[Annotated[CorrectionItem, BeforeValidator(as_item)]],
        Field(
            min_length=1,
            max_length=50,
            examples=[[{"pointer": "/invoice", "detail": "发票金额与申报金额不一致"}]],
        ),
        MARKS,
    ]


class Explanation(In):
    """Why an item of the notice is answered without a change. `item` counts from 1."""

    item: Annotated[
        int, Field(ge=1, le=50, strict=True), Ui("第几项", "Which item", kind="integer")
    ]
    answer: Annotated[LongText, Ui("不改的理由", "Why it stays as it is", kind="textarea")]


def _not_yet(facts: Facts) -> bool:
    return not facts.get("corrections")


def corrected_once(legal_basis: str | None = None) -> Need:
    """A correction may be asked for only once."""
    return Need(
        "correction_already_requested",
        _not_yet,
        "补正通知只能发出一次",
        "Correction may be asked for only once",
        legal_basis,
    )


def ask_for_correction(
    source: Sequence[str],
    *,
    by: tuple[str, ...] = OFFICERS,
    takes: type[In] = Correction,
    legal_basis: str | None = None,
) -> tuple[Move, Move]:
    """The moves to `correction_requested` and, there, of an explanation; their effects are EFFECTS."""
    asking = Move(
        "request_correction",
        tuple(source),
        CORRECTING,
        by,
        "一次性告知补正",
        "Ask for correction",
        takes=takes,
        needs=(corrected_once(legal_basis),),
    )
    return asking, EXPLAIN


EXPLAIN = Move(
    "explain",
    (CORRECTING,),
    CORRECTING,
    (APPLICANT,),
    "说明不改的理由",
    "Explain why it stays",
    takes=Explanation,
)


async def request_correction(context: CaseContext, payload: Any) -> None:
    """Keeps the notice with the case. Raises InvalidRequest for a place that the form does not have."""
    case = context.case
    items = [item.model_dump() for item in payload.items]
    unknown = [
        FieldError(pointer=f"/items/{n}/pointer", code="no_such_place", values={"pointer": where})
        for n, item in enumerate(items)
        if (where := item["pointer"]) and not is_place(context.matter, case.form, where)
    ]
    if unknown:
        raise InvalidRequest(errors=unknown)
    case.facts["corrections"] = case.facts.get("corrections", 0) + 1
    case.facts.pop(ANSWERED, None)
    case.facts[OPEN] = {
        "reason": payload.reason,
        "items": items,
        "submission": case.submission,
        "at": context.now.isoformat(),
    }
    context.move_data = {"items": items}


async def explain(context: CaseContext, payload: Explanation) -> None:
    """Raises InvalidRequest for an item that the notice does not have."""
    notice = context.case.facts.get(OPEN) or {}
    if payload.item > len(notice.get("items", ())):
        raise InvalidRequest(errors=[FieldError(pointer="/item", code="no_such_item")])
    answers = {**notice.get("answers", {}), str(payload.item): payload.answer}
    context.case.facts[OPEN] = {**notice, "answers": answers}
    context.reason = payload.answer
    context.move_data = {"item": payload.item}


EFFECTS: Mapping[str, Effect] = {"request_correction": request_correction, "explain": explain}


def is_place(matter: Matter, form: Mapping[str, Any], pointer: str) -> bool:
    """Whether the notice may point there: a material, or a field of the form (and an item that is in it)."""
    if pointer.startswith(MATERIALS):
        return pointer.removeprefix(MATERIALS) in {m.code for m in matter.materials}
    wanted = general(pointer)
    known = {p for page in matter.views for field in page.fields for p in _pointers(field)}
    if wanted not in known:
        return False
    head, star, _ = wanted.rpartition("/*")
    if not star:
        return True
    steps = pointer.split("/")[: head.count("/") + 2]
    return read(form, "/".join(steps)) is not MISSING


def _pointers(field: FieldView) -> Iterator[str]:
    yield field.pointer
    for inside in field.fields or ():
        yield from _pointers(inside)
        yield general(inside.pointer).rpartition("/")[0]


async def unanswered(context: CaseContext) -> list[FieldError]:
    """Items of the open notice at whose place nothing was changed, handed in or explained."""
    case = context.case
    notice = case.facts.get(OPEN) or {}
    if case.state not in context.matter.editable_in or not notice.get("submission"):
        return []
    then = await store.submission_form(context.session, case.id, notice["submission"])
    if then is None:
        return []
    before, now = comparable(then), comparable(case.form)
    since = datetime.fromisoformat(notice["at"])
    handed_in = await documents.materials_since(context.session, case.id, since)
    touched = before != now or bool(handed_in)
    answers, found = notice.get("answers", {}), []
    for number, item in enumerate(notice["items"], start=1):
        where = item["pointer"] or ""
        if where.startswith(MATERIALS):
            answered = where.removeprefix(MATERIALS) in handed_in
        else:
            answered = touched if not where else read(before, where) != read(now, where)
        if not answered and str(number) not in answers:
            values = {"item": number, "detail": item["detail"]}
            if where.startswith(MATERIALS):
                values["material"] = where.removeprefix(MATERIALS)
            found.append(FieldError(pointer=where, code="correction_unanswered", values=values))
    return found


def answered(facts: dict[str, Any], *, submission: int) -> None:
    """The form goes back: the notice is no longer open, and is kept for the second look."""
    if facts.get(OPEN, {}).get("submission"):
        facts[ANSWERED] = {**facts.pop(OPEN), "answered_by": submission}
