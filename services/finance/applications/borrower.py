"""What the bank that has an application reads of its borrower besides the form: the phone, the library's
verified figures, the product's limits today.

The applicant agrees to it when applying (`declaration`). For nobody else: another bank, also one that let the
application pass, an officer or the applicant's own page reads none of it here.
"""

from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from kit.cases.service import sealer_for
from kit.schemas import Out
from services.finance.candidates import store as candidates
from services.finance.candidates.schemas import LibraryFigures
from services.finance.products import store as products
from services.finance.products.schemas import TermsView, terms_of, terms_view

log = structlog.get_logger(__name__)
MATTER = "loan-application"


class BorrowerView(Out):
    """`library`: null where the enterprise has no entry in force. `terms`: the product's limits today."""

    contact_phone: str | None
    library: LibraryFigures | None
    terms: TermsView


async def expand_borrower(
    connection: AsyncSession | AsyncConnection, case: Any, actor: Actor, state: Any
) -> BorrowerView | None:
    """`?expand=borrower`, for the bank that has the application now. Each read is logged."""
    bank = case.facts.get("bank") if case.matter == MATTER else None
    if bank is None or not actor.has("bank") or actor.org != bank:
        return None
    today, code = state.clock.today(), case.facts["product_code"]
    entry = await candidates.entry_of(connection, case.facts["uscc"], on=today)
    parameters = await products.parameters_of(connection, [code], on=today)
    form = sealer_for(state, state.matters[MATTER]).open(case.form)
    log.info("borrower_read", case_id=str(case.id), sub=actor.sub)
    return BorrowerView(
        contact_phone=form.get("contact_phone"),
        library=LibraryFigures.model_validate(entry) if entry is not None else None,
        terms=terms_view(terms_of(code, parameters.get(code, []))),
    )
