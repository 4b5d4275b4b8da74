"""Loads the demonstration partners from data/*.csv. May run again: it brings rows up to date."""

from datetime import date
from decimal import Decimal
from typing import Any

from services.finance.partners.tables import PartnerBank, PartnerOffer
from services.finance.products.seed import day_or_none, read_rows, upsert

_BANKS = PartnerBank.__table__  # type: ignore[attr-defined]  # SQLModel hides it from mypy
_OFFERS = PartnerOffer.__table__  # type: ignore[attr-defined]
_PACKAGE = "services.finance.partners"


async def seed_partners(state: Any) -> None:
    """Insert or update the three banks and what they offer. After the products: offers point to them."""
    banks = [_bank(row) for row in read_rows(_PACKAGE, "partners.csv")]
    offers = [_offer(row) for row in read_rows(_PACKAGE, "offers.csv")]
    async with state.database.transaction() as session:
        await upsert(session, _BANKS, ["org"], banks)
        key = ["bank_org", "product_code", "region_code", "valid_from"]
        await upsert(session, _OFFERS, key, offers)


def _bank(row: dict[str, str]) -> dict[str, Any]:
    return row | {
        "joined_on": date.fromisoformat(row["joined_on"]),
        "left_on": day_or_none(row["left_on"]),
        "npl_percent": Decimal(row["npl_percent"]),
        "npl_reported_on": date.fromisoformat(row["npl_reported_on"]),
        "is_demo": True,
        "version": 1,
    }


def _offer(row: dict[str, str]) -> dict[str, Any]:
    return row | {
        "valid_from": date.fromisoformat(row["valid_from"]),
        "valid_to": day_or_none(row["valid_to"]),
    }
