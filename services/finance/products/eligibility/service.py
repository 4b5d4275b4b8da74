"""Gathers what is known of an enterprise and puts each product's and subsidy's criteria to it."""

from datetime import date
from typing import Any

from services.finance.candidates import store as candidates
from services.finance.products import store as products
from services.finance.products.eligibility import rules
from services.finance.products.eligibility.rules import Figures, Profile
from services.finance.products.eligibility.schemas import EntitlementView, entitlement_view
from services.finance.products.schemas import closed_here
from services.finance.products.seed import day_or_none, read_rows
from services.finance.products.store import Connection

SUBSIDIES = tuple(read_rows("services.finance.products", "subsidies.csv"))
LOAN_MATTER = "loan-application"


async def profile_of(
    connection: Connection, enterprise: Any, *, on: date, reported: Figures | None = None
) -> Profile:
    """The enterprise on a day. The library's verified figures come before `reported` ones."""
    entry = await candidates.entry_of(connection, enterprise.uscc, on=on)
    graduation = await candidates.graduation_of(connection, enterprise.uscc, on=on)
    return Profile(
        established_on=enterprise.established_on,
        in_library=entry is not None,
        graduated=graduation is not None,
        figures=figures_of_entry(entry) if entry is not None else reported or Figures(),
    )


def figures_of_entry(entry: Any) -> Figures:
    """The figures that an officer has verified."""
    return Figures(
        revenue_fen=entry.revenue_fen,
        staff=entry.staff,
        assets_fen=entry.assets_fen,
        tech_staff=entry.tech_staff,
        sme_score=entry.sme_score,
        own_ip=entry.own_ip,
        patents=entry.patents,
        titles=frozenset(entry.titles),
        good_standing=entry.good_standing,
        origin="evidence",
    )


async def entitlements(
    connection: Connection, enterprise: Any, *, on: date, prefix: str
) -> list[EntitlementView]:
    """Every product and subsidy offered where the enterprise is, with the answer of each criterion."""
    profile = await profile_of(connection, enterprise, on=on)
    found = []
    offered = await products.offered_in(connection, enterprise.region_code, on=on)
    numbers = await products.parameters_of(connection, [p.code for p in offered], on=on)
    for product in offered:
        if product.code not in rules.CRITERIA:
            continue  # a loan to a person, not to an enterprise
        closed = closed_here(numbers.get(product.code, ()))
        judgement = rules.judge_profile(product.code, profile, on=on)
        found.append(
            entitlement_view(
                "product", product, judgement, prefix=prefix, matter=LOAN_MATTER, closed=closed
            )
        )
    for row in SUBSIDIES:
        if _offered(row, enterprise.region_code, on):
            judgement = rules.judge_profile(row["code"], profile, on=on)
            found.append(
                entitlement_view("subsidy", row, judgement, prefix=prefix, matter=row["code"])
            )
    return found


def _offered(row: dict[str, str], region_code: str, on: date) -> bool:
    last = day_or_none(row["offered_to"])
    in_time = date.fromisoformat(row["offered_from"]) <= on and (last is None or on <= last)
    return in_time and row["region_code"] in products.covering(region_code)
