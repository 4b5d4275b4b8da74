"""What two books must agree on, and in which format they are sent."""

from typing import Any
from uuid import UUID

import pytest

from services.finance.bank.reconciliation.figures import content_digest, format_for
from services.finance.bank.reconciliation.rules import compare

LOAN = UUID("01935f3a-7c00-7000-8000-000000000001")
BANK = "qingyu-example-bank"
NDJSON, CSV = "application/x-ndjson", "text/csv"


def ours(reference: str = "HT-1", **figures: int) -> dict[str, Any]:
    row: dict[str, Any] = {
        "bank_reference": reference,
        "loan_id": LOAN,
        "outstanding_fen": 100,
        "disbursed_fen": 300,
        "principal_repaid_fen": 200,
        "interest_repaid_fen": 7,
        "overdue_principal_fen": 0,
        "compensated_fen": 0,
    }
    return row | figures


def test_the_same_figures_break_nothing() -> None:
    assert compare([ours()], [ours()], bank=BANK) == []


def test_a_figure_that_the_bank_leaves_out_is_not_compared() -> None:
    sent = {"bank_reference": "HT-1", "outstanding_fen": 100, "disbursed_fen": None}
    assert compare([ours()], [sent], bank=BANK) == []


def test_a_different_figure_is_the_banks_and_the_compensation_is_the_treasurys() -> None:
    sent = ours(outstanding_fen=90, compensated_fen=5)
    found = compare([ours()], [sent], bank=BANK)
    assert [(b.kind, b.field, b.ours, b.theirs, b.owner) for b in found] == [
        ("differs", "outstanding_fen", "100", "90", BANK),
        ("differs", "compensated_fen", "0", "5", "treasury"),
    ]


def test_a_loan_that_one_side_does_not_know_is_one_break() -> None:
    found = compare([ours("HT-1")], [ours("HT-2")], bank=BANK)
    assert [(b.kind, b.bank_reference, b.field, b.loan_id) for b in found] == [
        ("missing_at_bank", "HT-1", "loan", LOAN),
        ("missing_here", "HT-2", "loan", None),
    ]


def test_a_loan_of_which_nothing_is_outstanding_may_be_missing_at_the_bank() -> None:
    assert compare([ours(outstanding_fen=0)], [], bank=BANK) == []


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", NDJSON),
        ("*/*", NDJSON),
        ("text/csv", CSV),
        ("text/csv;q=0.5, application/x-ndjson", NDJSON),
        ("application/x-ndjson;q=0.1, text/csv;q=0.9", CSV),
        ("TEXT/CSV; charset=utf-8", CSV),
        ("text/*", CSV),
        ("application/pdf, */*;q=0.1", NDJSON),
        ("application/pdf", None),
        ("text/csv;q=0", None),
        ("text/csv;q=much", None),
    ],
)
def test_the_format_follows_accept(accept: str, chosen: str | None) -> None:
    assert format_for(accept) == chosen


def test_the_digest_is_that_of_rfc_9530() -> None:
    # RFC 9530, appendix B.1: the digest of {"hello": "world"} and a line feed
    content = b'{"hello": "world"}\n'
    assert content_digest(content) == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
