"""Codes as people type them are one code; what cannot be one is refused."""

import pytest
from pydantic import TypeAdapter, ValidationError

from contracts.values import AccountNumber, ContractNumber, Uscc, code_text

uscc_of = TypeAdapter(Uscc).validate_python
account_of = TypeAdapter(AccountNumber).validate_python
contract_of = TypeAdapter(ContractNumber).validate_python


@pytest.mark.parametrize(
    "typed",
    [
        "91980101xy00000123",
        "９１９８０１０１ＸＹ０００００１２３",
        "91980101 XY00000123",
        " 9198 0101 xy00 0001 23\u3000",
        "91980101-XY0000012-3",
    ],
)
def test_a_code_has_one_spelling(typed: str) -> None:
    assert uscc_of(typed) == "91980101XY00000123" == code_text(typed)


@pytest.mark.parametrize(
    "typed", ["", "91980101XY0000012", "91980101IO00000123", "九一980101XY00000123", "9" * 61]
)
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        uscc_of(typed)
    assert refused.value.errors()[0]["type"] in ("uscc_shape", "string_too_long")


def test_an_account_number_is_read_in_groups() -> None:
    assert account_of("6222 0212 0900 1234 567") == "6222021209001234567"
    with pytest.raises(ValidationError, match="8 to 32 digits"):
        account_of("6222****4567")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("（2026）青银贷字第001号", "(2026)青银贷字第001号"),
        ("(2026)青银贷字第001号", "(2026)青银贷字第001号"),
        ("〔2026〕贷字1号", "[2026]贷字1号"),
        ("HT-2026-0042", "HT-2026-0042"),
        ("ht/2026_1", "ht/2026_1"),
    ],
)
def test_a_contract_number_is_taken_as_it_stands_on_the_paper(typed: str, stored: str) -> None:
    assert contract_of(typed) == stored


@pytest.mark.parametrize("typed", ["", "<b>1", "-1", "a\n\u0007", "合同😀"])
def test_what_is_no_contract_number_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        contract_of(typed)
