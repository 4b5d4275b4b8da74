"""What two books must agree on, and whose break it is. Pure: rows in, breaks out.

Nearly all that we know of a loan the bank has reported itself, so most breaks are the bank's to explain; the
pool's compensation is the treasury's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

FIELDS = (
    "outstanding_fen",
    "disbursed_fen",
    "principal_repaid_fen",
    "interest_repaid_fen",
    "overdue_principal_fen",
    "compensated_fen",
)
TREASURY = "treasury"
TREASURY_FIELDS = frozenset({"compensated_fen"})
LOAN = "loan"


@dataclass(frozen=True, slots=True)
class Break:
    """One difference. `field` is `loan` where a whole loan is missing; figures are decimal strings."""

    kind: str
    bank_reference: str
    loan_id: UUID | None
    field: str
    ours: str | None
    theirs: str | None
    owner: str

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same break on another day."""
        return self.bank_reference, self.field


def compare(
    ours: Iterable[Mapping[str, Any]], theirs: Iterable[Mapping[str, Any]], *, bank: str
) -> list[Break]:
    """Every difference between our loans of a bank and its own list, in the order of the references.

    A figure that the bank leaves out is not compared. A loan of which nothing is outstanding may be missing
    at the bank: it has closed its account.
    """
    mine = {row["bank_reference"]: row for row in ours}
    sent = {row["bank_reference"]: row for row in theirs}
    found: list[Break] = []
    for reference in sorted(mine.keys() | sent.keys()):
        here, there = mine.get(reference), sent.get(reference)
        if here is None:
            found.append(Break("missing_here", reference, None, LOAN, None, "1", bank))
        elif there is not None:
            found += _differences(here, there, bank)
        elif here["outstanding_fen"]:
            loan_id = here["loan_id"]
            found.append(Break("missing_at_bank", reference, loan_id, LOAN, "1", None, bank))
    return found


def _differences(here: Mapping[str, Any], there: Mapping[str, Any], bank: str) -> list[Break]:
    return [
        Break(
            kind="differs",
            bank_reference=here["bank_reference"],
            loan_id=here["loan_id"],
            field=name,
            ours=str(here[name]),
            theirs=str(there[name]),
            owner=TREASURY if name in TREASURY_FIELDS else bank,
        )
        for name in FIELDS
        if there.get(name) is not None and there[name] != here[name]
    ]
