"""Keeping a paper in the move that it belongs to, and reading it for somebody who may read the case.

A kept paper never changes; the PDF is set when it is asked for, from the same content always the same.
"""

import asyncio
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, Protocol, cast
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from kit.cases import reading
from kit.cases import service as cases
from kit.cases.drafting import form_digest
from kit.clock import SHANGHAI, shanghai_date
from kit.errors import NotFound
from kit.matters import CaseContext
from services.registration.codes.rules import DEMO_REGION
from services.registration.filings import printing
from services.registration.filings import store as filings
from services.registration.papers import store
from services.registration.papers.blocks import (
    Block,
    Draft,
    bundle_digest,
    digest_of,
    heading,
    rows,
)
from services.registration.papers.errors import PaperNotPrintable
from services.registration.papers.schemas import PaperText, PaperView
from services.registration.typesetting import GlyphMissing, chinese_date, typeset

TEMPLATE = files("services.registration.papers").joinpath("paper.typ").read_bytes()
STANDARDS = ["a-2a", "ua-1"]
PATH = "/api/registration/v1/cases"
SAID = {"signed": "已签署", "declined": "已拒绝"}


class WritesPapers(Protocol):
    """A handler whose applicants sign papers that follow from their form."""

    def papers_to_sign(self, context: CaseContext) -> list[Draft]: ...


def _content(context: CaseContext, draft: Draft, place: int) -> dict[str, Any]:
    """What page and print say of a paper, all of it."""
    case = context.case
    return {
        "title": draft.zh,
        "number": draft.number or case.reference,
        "authority": printing.authority_name(case.region_code, context.today),
        "date": chinese_date(context.today),
        "is_demo": case.region_code.startswith(DEMO_REGION),
        "foot": f"一窗　办件编号 {case.reference}",
        "blocks": list(draft.blocks),
        "to_sign": draft.to_sign,
        "place": place,
    }


async def keep_to_sign(context: CaseContext, drafts: Sequence[Draft]) -> tuple[str, dict[str, str]]:
    """Keeps the papers that are about to be signed; the digest over form and papers, and that of each."""
    contents = [_content(context, draft, n) for n, draft in enumerate(drafts)]
    digests = {d.code: digest_of(c) for d, c in zip(drafts, contents, strict=True)}
    bundle = bundle_digest(form_digest(context.case.form), digests)
    await _keep(context, drafts, contents, bundle=bundle)
    return bundle, digests


async def keep_notice(context: CaseContext, draft: Draft) -> None:
    """Keeps a notice of the authority, written in the move that it tells of."""
    await _keep(context, [draft], [_content(context, draft, 0)], bundle="")


async def _keep(
    context: CaseContext,
    drafts: Sequence[Draft],
    contents: Sequence[dict[str, Any]],
    *,
    bundle: str,
) -> None:
    before = await store.versions(context.session, context.case.id)
    made = [
        {
            "case_id": context.case.id,
            "code": draft.code,
            "version": before.get(draft.code, 0) + 1,
            "title_zh": draft.zh,
            "title_en": draft.en,
            "content": content,
            "digest": digest_of(content),
            "bundle": bundle,
            "made_at": context.now,
        }
        for draft, content in zip(drafts, contents, strict=True)
    ]
    await store.keep(context.session, made)


async def papers_of(
    connection: AsyncConnection | AsyncSession, case: Any
) -> list[tuple[PaperView, Any]]:
    """Every paper of a case with its row. One to sign is current while the form is the one it is about."""
    kept = await store.papers_of(connection, case.id)
    newest = {row.code: row.version for row in kept}
    return [(_view(row, case, newest[row.code]), row) for row in kept]


def _view(row: Any, case: Any, newest: int) -> PaperView:
    about_this_form = not row.bundle or row.bundle == case.facts.get("digest")
    return PaperView(
        code=row.code,
        version=row.version,
        title={"zh": row.title_zh, "en": row.title_en},
        to_sign=bool(row.bundle),
        current=row.version == newest and about_this_form,
        digest=row.digest,
        made_at=row.made_at,
        href=f"{PATH}/{case.id}/papers/{row.code}",
    )


async def texts_of(connection: AsyncConnection | AsyncSession, case: Any) -> list[PaperText]:
    """What the current papers of a case say, in the order in which they are read."""
    signed = await _signatures(connection, case)
    return [
        PaperText.of(view, row.content, signed if view.to_sign else [])
        for view, row in await papers_of(connection, case)
        if view.current
    ]


async def expand_papers(
    connection: AsyncConnection | AsyncSession, case: Any, _: Actor, __: Any
) -> list[PaperText]:
    """`?expand=papers`: whoever may read the case may read its papers."""
    return await texts_of(connection, case)


async def list_papers(
    connection: AsyncConnection, actor: Actor, case_id: UUID, *, every: bool
) -> list[PaperView]:
    """The papers of a case, with `every` also those that were replaced. Raises NotFound."""
    case = await _case(connection, actor, case_id)
    return [view for view, _ in await papers_of(connection, case) if every or view.current]


async def read_text(
    connection: AsyncConnection, actor: Actor, case_id: UUID, code: str, version: int | None
) -> PaperText:
    """One paper for a screen. Raises NotFound."""
    view, row, extra = await _one(connection, actor, case_id, code, version)
    return PaperText.of(view, row.content, extra)


async def print_paper(
    connection: AsyncConnection, actor: Actor, case_id: UUID, code: str, version: int | None
) -> bytes:
    """The PDF of one paper. Raises NotFound, PaperNotPrintable."""
    _, row, extra = await _one(connection, actor, case_id, code, version)
    mark = (row.bundle or row.digest)[:16]
    data = row.content | {
        "blocks": [*row.content["blocks"], *extra],
        "foot": f"{row.content['foot']}　内容摘要 {mark}",
    }
    day = shanghai_date(row.made_at)
    try:
        return await asyncio.to_thread(typeset, TEMPLATE, data, day=day, standards=STANDARDS)
    except GlyphMissing as error:
        raise PaperNotPrintable from error


async def _one(
    connection: AsyncConnection, actor: Actor, case_id: UUID, code: str, version: int | None
) -> tuple[PaperView, Any, list[Block]]:
    """A paper by its version, else the current one."""
    case = await _case(connection, actor, case_id)
    for view, row in await papers_of(connection, case):
        wanted = view.current if version is None else view.version == version
        if view.code == code and wanted:
            return view, row, await _signatures(connection, case) if view.to_sign else []
    raise NotFound


async def _case(connection: AsyncConnection, actor: Actor, case_id: UUID) -> Any:
    row = await reading.find_case(connection, case_id, actor)
    if row is None:
        raise NotFound
    return row


async def _signatures(connection: AsyncConnection | AsyncSession, case: Any) -> list[Block]:
    """Who has signed this very form with its papers, to stand under each of them."""
    signed = [
        [
            row.name,
            SAID.get(row.status, "待签署"),
            f"{row.answered_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if row.answered_at else "",
        ]
        for row in await filings.signatures_of(connection, case.id)
        if row.digest == case.facts.get("digest")  # it may be sent anew meanwhile
    ]
    if not signed:
        return []
    table = rows(signed, head=("签署人", "状态", "签署时间"), widths=(2, 1, 2))
    return [heading("签署"), table]


async def drafts_of(
    session: AsyncSession, state: Any, actor: Actor, case_id: UUID
) -> list[PaperText]:
    """What the papers would say of the form as it stands; none while it is incomplete. Raises NotFound."""
    case = await reading.find_case(session, case_id, actor)
    if case is None:
        raise NotFound
    matter = state.matters[case.matter]
    context = cases.context_of(state, session, matter, cases.case_state(case), actor)
    try:
        drafts = cast(WritesPapers, matter.handler).papers_to_sign(context)
    except ValidationError:
        return []
    found = []
    for place, draft in enumerate(drafts):
        content = _content(context, draft, place)
        view = PaperView(
            code=draft.code,
            version=0,
            title={"zh": draft.zh, "en": draft.en},
            to_sign=True,
            current=False,
            digest=digest_of(content),
            made_at=context.now,
            href=f"{PATH}/{case_id}/papers/{draft.code}",
        )
        found.append(PaperText.of(view, content, []))
    return found
