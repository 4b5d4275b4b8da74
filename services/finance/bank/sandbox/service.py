"""How a rehearsal begins: an invented company enters the library and applies, by the same code as everybody.

The register's copy is written as its event would write it; the founder declares, the science department
verifies, the founder applies, the routing assigns. Must not write a case or an application itself.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.auth import Actor
from kit.cases import drafting
from kit.cases import service as cases
from kit.crypto import person_hash
from kit.jobs import JobContext, defer
from kit.matters import CaseContext
from services.finance.bank.sandbox.errors import ScenarioNotPlayable
from services.finance.bank.sandbox.personas import Persona, uscc_of
from services.finance.enterprises.store import ENTERPRISES
from services.finance.partners import store as partners

PRODUCT = "kedai-share-a"
AMOUNT_FEN = 100_000_000
TERM_MONTHS = 12
FOUNDER = "sandbox-founder:"
ANSWER = "bank.persona_answers"
ANSWER_AFTER = timedelta(seconds=2)
_NUMBER = text("SELECT nextval('sandbox_persona_seq')")


async def play(
    session: AsyncSession,
    state: Any,
    bank: str,
    persona: Persona,
    *,
    amount_fen: int | None = None,
    played: bool = False,
) -> UUID:
    """An application of a new company, assigned to `bank`; returns its id. `played`: it bears the tag by
    which the bank's test double knows that it is to work it.

    Raises ScenarioNotPlayable where the bank does not offer the product today or the routing passes it by.
    """
    today = state.clock.today()
    region = await _region_of(session, bank, today)
    number = (await session.execute(_NUMBER)).scalar_one()
    founder = _founder(state, number)
    uscc = await _found(session, state, founder, region=region, number=number)
    await _enter_library(session, state, founder, uscc, region=region, today=today)
    form = {
        "uscc": uscc,
        "product_code": PRODUCT,
        "amount_fen": amount_fen or AMOUNT_FEN,
        "term_months": TERM_MONTHS,
        "purpose": f"沙箱演练：{persona.zh}{persona.tag if played else ''}",
        "repayment_method": "equal_instalments",
        "preferred_bank": bank,
    }
    context = await _apply(session, state, founder, "loan-application", form)
    if context.case.facts.get("bank") != bank:
        raise ScenarioNotPlayable
    return context.case.id


async def _region_of(session: AsyncSession, bank: str, today: date) -> str:
    """A county in which the bank offers the product."""
    offers = (await partners.offers_of(session, [bank], on=today)).get(bank, [])
    found = next((offer.region_code for offer in offers if offer.product_code == PRODUCT), None)
    if found is None:
        raise ScenarioNotPlayable
    return f"{found[:4]}01" if str(found).endswith("00") else str(found)


def _founder(state: Any, number: int) -> Actor:
    key = state.settings.person_key.get_secret_value()
    return Actor(
        sub=f"{FOUNDER}{number}",
        client_id="sandbox",
        issuer=state.settings.issuer,
        roles=frozenset({"founder"}),
        person=person_hash(f"sandbox-persona-{number}", person_key=key),
    )


async def _found(
    session: AsyncSession, state: Any, founder: Actor, *, region: str, number: int
) -> str:
    """The company, as registration's event would have told of it."""
    uscc = uscc_of(region, number)
    values = {
        "uscc": uscc,
        "name": f"青屿演练{number}号科技有限公司",
        "region_code": region,
        "established_on": state.clock.today() - timedelta(days=900),
        "licence_version": 1,
        "legal_representative": founder.person,
        "address_grant": None,
        "updated_at": state.clock.now(),
    }
    await ENTERPRISES.keep(session, values)
    return uscc


async def _apply(
    session: AsyncSession, state: Any, actor: Actor, matter: str, form: dict[str, Any]
) -> CaseContext:
    context = await drafting.create_case(
        state, session, state.matters, actor, matter_code=matter, region_code=None, form=form
    )
    await cases.act(context, "submit", {})
    return context


async def _enter_library(
    session: AsyncSession, state: Any, founder: Actor, uscc: str, *, region: str, today: date
) -> None:
    figures = {
        "uscc": uscc,
        "figures_year": today.year - 1,
        "revenue_fen": 800_000_000,
        "assets_fen": 500_000_000,
        "staff": 20,
        "tech_staff": 8,
        "sme_score": 72,
        "own_ip": 3,
        "patents": 1,
        "titles": [],
        "good_standing": True,
    }
    entry = await _apply(session, state, founder, "candidate-enterprise", figures)
    officer = Actor(
        sub="sandbox-science",
        client_id="sandbox",
        issuer=state.settings.issuer,
        roles=frozenset({"officer"}),
        org="science",
        regions=(region,),
    )
    context = await cases.load(
        state, session, state.matters, officer, entry.case.id, if_match=entry.case.version
    )
    await cases.act(context, "enter", {"note": "沙箱演练：视同已核对"})


async def answer_later(session: AsyncSession, state: Any, context: CaseContext) -> None:
    """A persona that was asked for information answers by itself, shortly after."""
    if state.settings.sandbox and context.case.applicant_sub.startswith(FOUNDER):
        await defer(
            session,
            ANSWER,
            {"application_id": str(context.case.id), "sub": context.case.applicant_sub},
            at=datetime.now(UTC) + ANSWER_AFTER,  # jobs wait by the machine's clock
        )


async def answer(context: JobContext, *, application_id: UUID, sub: str) -> None:
    """The persona's answer; nothing where the case has moved on."""
    founder = _founder(context.state, int(sub.removeprefix(FOUNDER)))
    async with context.transaction() as session:
        case = await cases.load(
            context.state, session, context.state.matters, founder, application_id, if_match=None
        )
        if case.matter.workflow.find("answer_information", case.case.state):
            await cases.act(case, "answer_information", {"answer": "沙箱演练：材料已补充"})
