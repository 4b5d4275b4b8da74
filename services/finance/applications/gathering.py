"""Gathers what the rules need beside the form: the register's record, the library, product, banks."""

from typing import Any

from kit.matters import CaseContext
from services.finance.applications import store
from services.finance.applications.form import LoanApplicationForm
from services.finance.applications.rules import ApplicationFacts
from services.finance.enterprises import store as enterprises
from services.finance.partners import service as partners
from services.finance.products import store as products
from services.finance.products.eligibility.rules import CRITERIA, Figures
from services.finance.products.eligibility.service import profile_of
from services.finance.products.terms import ProductTerms


async def represented(context: CaseContext, uscc: str) -> Any | None:
    """The enterprise if the case's applicant is its legal representative, whoever is looking now."""
    person = context.case.applicant_person
    row = await enterprises.find(context.session, uscc) if person else None
    return row if row is not None and row.legal_representative == person else None


async def terms_of(context: CaseContext, code: str, region_code: str) -> ProductTerms | None:
    """A product as it is offered in a region today, or None where there is no such product."""
    row = await products.product_by_code(context.session, code)
    if row is None or code not in CRITERIA:
        return None
    last = row.offered_to
    in_time = row.offered_from <= context.today and (last is None or context.today <= last)
    offered = in_time and row.region_code in products.covering(region_code)
    numbers = await products.numbers_of(context.session, code, on=context.today)
    return ProductTerms(code=code, offered=offered, numbers=numbers)


async def gather(context: CaseContext, form: LoanApplicationForm) -> ApplicationFacts:
    """Everything that rules.findings asks for, as of today."""
    enterprise = await represented(context, form.uscc)
    if enterprise is None:
        return ApplicationFacts(context.today, None, None)
    reported = Figures(revenue_fen=form.revenue_fen, staff=form.staff)
    profile = await profile_of(context.session, enterprise, on=context.today, reported=reported)
    region = enterprise.region_code
    bank = await partners.route(
        context.session,
        region_code=region,
        product_code=form.product_code,
        preferred=form.preferred_bank,
        today=context.today,
    )
    product = await terms_of(context, form.product_code, region)
    return ApplicationFacts(
        context.today,
        profile,
        product,
        has_bank=bank is not None,
        loans_before=await store.loans_before(context.session, enterprise.uscc),
    )
