"""A bank's moves on an application. The case's workflow decides; this only says whose application it is."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from kit.cases import reading
from kit.cases import service as cases
from kit.cases.views import view_case
from kit.errors import NotFound
from kit.matters import CaseContext
from services.finance.applications.borrower import expand_borrower
from services.finance.bank.access import bank_of
from services.finance.bank.applications.schemas import ApplicationView, application_view
from services.finance.bank.applications.store import MATTER
from services.finance.loans import store as loans

ROLE = "bank"


async def read_application(
    state: Any,
    connection: AsyncConnection,
    actor: Actor,
    application_id: UUID,
    *,
    expand: Collection[str] = (),
) -> ApplicationView:
    """An application of the caller's bank. Raises NotFound, also for what is another bank's."""
    seen = await reading.see_case(connection, application_id, actor)
    if seen is None or seen.case.matter != MATTER or ROLE not in seen.roles:
        raise NotFound
    case = await view_case(state, connection, state.matters, seen, actor, expand=expand)
    view = application_view(case)
    if "borrower" in expand:
        view.borrower = await expand_borrower(connection, seen.case, actor, state)
    return view


async def move(
    state: Any,
    session: AsyncSession,
    actor: Actor,
    application_id: UUID,
    *,
    action: str,
    body: BaseModel,
    if_match: int,
) -> CaseContext:
    """Makes a move of the case. Raises NotFound, StaleEtag and what kit.cases.service.act raises."""
    context = await cases.load(state, session, state.matters, actor, application_id, if_match=None)
    roles = {role for principal, role in context.present_parties if principal in actor.principals}
    if not bank_of(actor) or context.case.matter != MATTER or ROLE not in roles:
        raise NotFound
    cases.require_version(context.case, if_match)
    await cases.act(context, action, body)
    return context


async def loan_of(session: AsyncSession, actor: Actor, context: CaseContext) -> Any:
    """The row of the loan that the contract made, in this transaction."""
    loan_id = UUID(str(context.case.facts["loan_id"]))
    loan = await loans.find_loan(session, loan_id, loans.of_bank(bank_of(actor)))
    if loan is None:
        raise NotFound
    return loan


async def view_after(
    state: Any, session: AsyncSession, actor: Actor, context: CaseContext
) -> ApplicationView:
    """The application as it stands after a move in this transaction."""
    seen = await reading.see_around(session, context.case, actor)
    case = await view_case(state, session, state.matters, seen, actor)
    return application_view(case)
