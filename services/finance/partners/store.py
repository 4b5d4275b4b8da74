"""Every query on partner banks: who offers what where, how busy they are, what they lent."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from kit.auth import Actor
from kit.projections import in_regions_of
from services.finance.applications.tables import LoanApplication
from services.finance.partners.rules import Candidate
from services.finance.partners.tables import PartnerBank, PartnerOffer
from services.finance.products.store import Connection, covering

_BANKS = PartnerBank.__table__  # type: ignore[attr-defined]  # SQLModel hides it from mypy
_OFFERS = PartnerOffer.__table__  # type: ignore[attr-defined]
_APPLICATIONS = LoanApplication.__table__  # type: ignore[attr-defined]


def _in_force(first: Any, last: Any, day: date) -> ColumnElement[bool]:
    return and_(first <= day, or_(last.is_(None), last >= day))


def _present(on: date) -> ColumnElement[bool]:
    return _in_force(_BANKS.c.joined_on, _BANKS.c.left_on, on)


async def list_partners(
    connection: Connection,
    *,
    region_code: str | None,
    product_code: str | None,
    kind: str | None,
    on: date,
    after: str | None,
    limit: int,
) -> Sequence[Any]:
    """Up to `limit + 1` partners of the day, in order of their code."""
    query = select(_BANKS).where(_present(on)).order_by(_BANKS.c.org).limit(limit + 1)
    if kind is not None:
        query = query.where(_BANKS.c.kind == kind)
    if region_code is not None or product_code is not None:
        offers = select(_OFFERS.c.bank_org).where(
            _in_force(_OFFERS.c.valid_from, _OFFERS.c.valid_to, on)
        )
        if region_code is not None:
            offers = offers.where(_OFFERS.c.region_code.in_(covering(region_code)))
        if product_code is not None:
            offers = offers.where(_OFFERS.c.product_code == product_code)
        query = query.where(_BANKS.c.org.in_(offers))
    if after is not None:
        query = query.where(_BANKS.c.org > after)
    return (await connection.execute(query)).all()


async def find_partner(connection: Connection, org: str) -> Any | None:
    """One partner, also one that has left."""
    return (await connection.execute(select(_BANKS).where(_BANKS.c.org == org))).first()


async def offers_of(
    connection: Connection, orgs: Sequence[str], *, on: date
) -> dict[str, list[Any]]:
    """What each of these partners offers on a day, by product and region."""
    query = (
        select(_OFFERS)
        .where(
            _OFFERS.c.bank_org.in_(orgs), _in_force(_OFFERS.c.valid_from, _OFFERS.c.valid_to, on)
        )
        .order_by(_OFFERS.c.bank_org, _OFFERS.c.product_code, _OFFERS.c.region_code)
    )
    found: dict[str, list[Any]] = defaultdict(list)
    for row in await connection.execute(query):
        found[row.bank_org].append(row)
    return found


async def candidates(
    connection: Connection, *, region_code: str, product_code: str, on: date
) -> list[Candidate]:
    """Who offers a product in a region on a day, each with its open applications."""
    load = (
        select(func.count())
        .select_from(_APPLICATIONS)
        .where(_APPLICATIONS.c.bank == _BANKS.c.org, _APPLICATIONS.c.open)
        .scalar_subquery()
    )
    offers = select(_OFFERS.c.bank_org).where(
        _OFFERS.c.product_code == product_code,
        _OFFERS.c.region_code.in_(covering(region_code)),
        _in_force(_OFFERS.c.valid_from, _OFFERS.c.valid_to, on),
    )
    query = select(_BANKS.c.org, load.label("load")).where(
        _present(on), _BANKS.c.org.in_(offers), _BANKS.c.kind != "tech_insurance_branch"
    )
    return [Candidate(row.org, row.load) for row in await connection.execute(query)]


async def volumes(
    connection: Connection, actor: Actor, *, first: date, last: date
) -> Sequence[Any]:
    """Applications submitted between two days in the actor's regions, by bank and product."""
    a = _APPLICATIONS.c
    query = (
        select(
            a.bank,
            a.product_code,
            func.count().label("applications"),
            func.count().filter(a.outcome == "contracted").label("contracts"),
            func.count().filter(a.outcome == "declined").label("declined"),
            func.count().filter(a.open).label("open"),
            func.coalesce(func.sum(a.contracted_fen), 0).label("contracted_fen"),
            func.count()
            .filter(and_(a.outcome == "contracted", a.first_loan_confirmed))
            .label("first_loans"),
        )
        .where(a.submitted_on >= first, a.submitted_on <= last)
        .where(in_regions_of(actor, a.region_code))
        .group_by(a.bank, a.product_code)
        .order_by(a.bank, a.product_code)
    )
    return (await connection.execute(query)).all()
