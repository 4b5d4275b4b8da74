"""Writing a paper for somebody who may read the case. A paper is made when it is asked for; the same case
state gives the same bytes, so nothing is stored."""

import asyncio
from importlib.resources import files
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from kit.auth import Actor
from kit.cases import reading
from kit.cases.service import sealer_for
from kit.clock import SHANGHAI, shanghai_date
from kit.errors import NotFound
from services.registration.codes.rules import DEMO_REGION
from services.registration.filings import printing, store
from services.registration.filings.establishment import registering
from services.registration.filings.establishment.form import EstablishmentForm
from services.registration.filings.establishment.matter import ESTABLISHMENT
from services.registration.papers import rules
from services.registration.papers.errors import PaperNotPrintable
from services.registration.papers.schemas import PaperView
from services.registration.typesetting import GlyphMissing, typeset

TEMPLATE = files("services.registration.papers").joinpath("paper.typ").read_bytes()
STANDARDS = ["a-2a", "ua-1"]
PATH = "/api/registration/v1/cases"


async def list_papers(
    connection: AsyncConnection, state: Any, actor: Actor, case_id: UUID
) -> list[PaperView]:
    """The papers that exist for a case now. Raises NotFound."""
    facts = await _facts(connection, state, actor, case_id)
    if facts is None:
        return []
    return [
        PaperView(
            code=kind.code,
            title={"zh": kind.zh, "en": kind.en},
            href=f"{PATH}/{case_id}/papers/{kind.code}",
        )
        for kind in rules.PAPERS
        if kind.exists(facts)
    ]


async def write_paper(
    connection: AsyncConnection, state: Any, actor: Actor, case_id: UUID, code: str
) -> bytes:
    """The PDF of one paper. Raises NotFound, PaperNotPrintable."""
    facts = await _facts(connection, state, actor, case_id)
    kind = next((k for k in rules.PAPERS if k.code == code), None)
    if facts is None or kind is None or not kind.exists(facts):
        raise NotFound
    content = rules.content(kind, facts)
    try:
        return await asyncio.to_thread(
            typeset, TEMPLATE, content, day=facts.day, standards=STANDARDS
        )
    except GlyphMissing as error:
        raise PaperNotPrintable from error


async def _facts(
    connection: AsyncConnection, state: Any, actor: Actor, case_id: UUID
) -> rules.CaseFacts | None:
    row = await reading.find_case(connection, case_id, actor)
    if row is None:
        raise NotFound
    if row.matter != ESTABLISHMENT.code or not row.facts.get("digest"):
        return None  # only an establishment that was sent for signing has papers
    sealer = sealer_for(state, ESTABLISHMENT)
    form = EstablishmentForm.model_validate(sealer.open(row.form))
    day = shanghai_date(row.updated_at)
    signed = await store.signatures_of(connection, case_id)
    return rules.CaseFacts(
        reference=row.reference,
        title=row.title,
        authority=printing.authority_name(row.region_code, day),
        form=sealer.mask(row.form),
        facts=row.facts,
        scope=registering.scope_text(form),
        domicile=printing.domicile_text(form.domicile, day),
        day=day,
        is_demo=row.region_code.startswith(DEMO_REGION),
        signatures=[
            {
                "name": s.name,
                "status": s.status,
                "at": f"{s.answered_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
                if s.answered_at
                else None,
            }
            for s in signed
            if s.digest == row.facts["digest"]  # of this very form: it may be sent anew meanwhile
        ],
    )
