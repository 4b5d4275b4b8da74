"""The queries that only a change of address makes. A company is found for its legal representative only."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_COMPANY = text(
    "SELECT e.*, d.state AS hosting, (SELECT l.status FROM licences l WHERE l.uscc = e.uscc"
    " ORDER BY l.version DESC LIMIT 1) AS licence_status"
    " FROM market_entities e LEFT JOIN hosted_domiciles d ON d.uscc = e.uscc"
    " WHERE e.uscc = :uscc AND EXISTS (SELECT 1 FROM entity_people p WHERE p.uscc = e.uscc"
    " AND p.role = 'legal_representative' AND p.person = CAST(:person AS text))"
)
_PENDING = text(
    "SELECT id, reference FROM cases WHERE matter = :matter AND state = ANY(:states)"
    " AND facts->>'uscc' = :uscc AND id <> :case LIMIT 1"
)


async def company_of(session: AsyncSession, uscc: str, person: str | None) -> Any | None:
    """The company if this person (a keyed hash) is its legal representative; `hosting` is the state of its
    hosted address, `licence_status` that of its newest licence."""
    return (await session.execute(_COMPANY, {"uscc": uscc, "person": person})).first()


async def other_pending(
    session: AsyncSession, uscc: str, *, matter: str, states: tuple[str, ...], case_id: UUID
) -> Any | None:
    """Another case by which this company is about to move."""
    values = {"uscc": uscc, "matter": matter, "states": list(states), "case": case_id}
    return (await session.execute(_PENDING, values)).first()
