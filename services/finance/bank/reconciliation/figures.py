"""Our figures of one bank's loans as of a business date, and the file made of them.

As of a date means: from what counts by that date (value dates), as it is known now. An entry reversed since
counts on no day any more.
"""

import base64
import csv
import hashlib
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.finance.loans.dossiers import Dossier, read_dossiers
from services.finance.loans.store import signed_loans

NDJSON, CSV = "application/x-ndjson", "text/csv"
COLUMNS = (
    "business_date",
    "loan_id",
    "reference",
    "bank_reference",
    "uscc",
    "product_code",
    "state",
    "amount_fen",
    "disbursed_fen",
    "principal_repaid_fen",
    "interest_repaid_fen",
    "outstanding_fen",
    "overdue_principal_fen",
    "overdue_interest_fen",
    "days_overdue",
    "classification",
    "compensated_fen",
)
AT_ONCE = 200  # loans replayed together: bounds memory, not the file


async def figures_of(
    connection: AsyncConnection | AsyncSession, *, bank: str, on: date
) -> list[dict[str, Any]]:
    """One row per loan that was filed by the day, by reference. Money in fen."""
    loans = await signed_loans(connection, bank, on=on)
    rows: list[dict[str, Any]] = []
    for some in _chunks(loans):
        rows += [_row(dossier, on) for dossier, _ in await read_dossiers(connection, some)]
    return rows


def _chunks(loans: Sequence[Any]) -> list[Sequence[Any]]:
    return [loans[start : start + AT_ONCE] for start in range(0, len(loans), AT_ONCE)]


def _row(dossier: Dossier, on: date) -> dict[str, Any]:
    loan, here = dossier.row, dossier.position(on)
    principal, interest = here.arrears
    return {
        "business_date": on,
        "loan_id": loan.id,
        "reference": loan.reference,
        "bank_reference": loan.bank_reference,
        "uscc": loan.uscc,
        "product_code": loan.product_code,
        "state": dossier.state(here),
        "amount_fen": loan.amount_fen,
        "disbursed_fen": here.disbursed_fen,
        "principal_repaid_fen": here.principal_repaid_fen,
        "interest_repaid_fen": here.interest_repaid_fen,
        "outstanding_fen": here.outstanding_fen,
        "overdue_principal_fen": principal,
        "overdue_interest_fen": interest,
        "days_overdue": here.days_overdue,
        "classification": here.classification,
        "compensated_fen": here.compensated_fen,
    }


def as_ndjson(rows: Sequence[dict[str, Any]]) -> bytes:
    """One JSON object per line, UTF-8."""
    return b"".join(orjson.dumps(row, default=str) + b"\n" for row in rows)


def as_csv(rows: Sequence[dict[str, Any]]) -> bytes:
    """A header and one line per loan, UTF-8, CRLF (RFC 4180)."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


WRITERS = {NDJSON: as_ndjson, CSV: as_csv}


def content_digest(content: bytes) -> str:
    """The value of `Content-Digest` (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


def format_for(accept: str) -> str | None:
    """The media type to send for an `Accept` header: the first one listed with the highest weight that is
    offered; NDJSON where anything goes. None where nothing fits."""
    wanted: list[tuple[float, str]] = []
    for part in accept.split(","):
        kind, _, parameters = part.strip().partition(";")
        weight = next((p for p in parameters.split(";") if p.strip().startswith("q=")), "q=1")
        try:
            wanted.append((float(weight.strip()[2:]), kind.strip().lower()))
        except ValueError:
            continue
    for _, kind in sorted((w for w in wanted if w[0] > 0), key=lambda w: -w[0]):
        if kind in WRITERS:
            return kind
        if kind in ("*/*", "application/*"):
            return NDJSON
        if kind == "text/*":
            return CSV
    return None if accept.strip() else NDJSON
