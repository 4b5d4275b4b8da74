"""Numbers as people write and paste them: what is understood is exact, and what is not is not guessed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.window import formats
from gateway.window.fields.numbers import NUMBERS, read_number, understood

FULL = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("100万", 100_000_000),
        ("1.5亿", 15_000_000_000),
        ("1.5 亿元", 15_000_000_000),
        ("1亿2000万", 12_000_000_000),
        ("60.5", 6050),
        ("60.5元", 6050),
        ("１００万", 100_000_000),
        ("１,０００,０００．５０", 100_000_050),
        ("￥3", 300),
        ("¥ 1,000,000.00 元", 100_000_000),
        ("RMB 12.5", 1250),
        ("人民币100万元整", 100_000_000),
        ("100w", 100_000_000),
        (" 1 000 000 ", 100_000_000),
        ("-5", -500),
        ("0.001", None),
        ("0.00001万", 10),
        ("1e3", None),
        ("一百万", None),
        ("nan", None),
        ("", None),
        ("万", None),
        ("1万2亿", None),
        ("1,00", None),
        ("1.2.3", None),
        ("100%", None),
        ("9" * 30, None),
    ],
)
def test_yuan_become_whole_fen_or_nothing(typed: str, fen: int | None) -> None:
    assert read_number("money_yuan", typed, unit="元") == fen


@pytest.mark.parametrize(
    ("typed", "rate"),
    [
        ("4.35%", "0.0435"),
        ("4.35", "0.0435"),
        ("４．３５％", "0.0435"),
        ("4.35 ％", "0.0435"),
        ("百分之4.35", "0.0435"),
        ("3.5‰", "0.0035"),
        ("0", "0"),
        ("100", "1"),
        ("4.35.1", None),
        ("四", None),
    ],
)
def test_a_rate_is_a_percentage_however_it_is_written(typed: str, rate: str | None) -> None:
    assert read_number("percent", typed, unit="%") == rate


@pytest.mark.parametrize(
    ("typed", "unit", "number"),
    [
        ("12", "人", 12),
        ("1,200 人", "人", 1200),
        ("１２", "", 12),
        ("60.5", "m²", None),
        ("120 平方米", "m²", 120),
        ("１２０㎡", "m²", 120),
        ("120平方公里", "m²", None),
        ("3万", "人", 30_000),
    ],
)
def test_a_whole_number_may_carry_its_unit(typed: str, unit: str, number: int | None) -> None:
    assert read_number("integer", typed, unit=unit) == number


def test_a_share_is_kept_to_the_last_digit() -> None:
    assert read_number("decimal", "33.3333%", unit="%") == "33.3333"
    assert read_number("decimal", "60 ％", unit="%") == "60"
    assert read_number("decimal", "33.5", unit="") == "33.5"


@given(st.integers(-(10**17), 10**17))
def test_whatever_a_page_writes_it_reads_again(fen: int) -> None:
    written = formats.yuan(fen)
    for spelling in (written, written.replace(",", ""), f"￥{written} 元", written.translate(FULL)):
        assert read_number("money_yuan", spelling, unit="元") == fen


@given(st.decimals("0.0001", "99999", places=4))
def test_a_sum_in_wan_is_exact_or_refused(wan: Decimal) -> None:
    read = read_number("money_yuan", f"{wan}万")
    assert read == int(wan * 1_000_000)


@given(st.decimals("0", "1", places=6))
def test_a_rate_is_read_as_it_is_shown(rate: Decimal) -> None:
    read = read_number("percent", formats.percent(rate))
    assert isinstance(read, str)
    assert Decimal(read) == rate


@given(st.sampled_from(NUMBERS), st.text(max_size=30))
def test_no_text_is_too_strange_to_be_answered(kind: str, text: str) -> None:
    assert read_number(kind, text) is None or text.strip()  # type: ignore[arg-type]
    assert isinstance(understood("zh-CN", kind, text), str)  # it is drawn again as it was typed


def test_what_was_understood_is_said_in_digits() -> None:
    assert understood("zh-CN", "money_yuan", 100_000_000) == "= 1,000,000 元"
    assert understood("en", "money_yuan", 6050) == "= 60.50 yuan"
    assert understood("zh-CN", "percent", "0.0435") == "= 4.35%"
    assert understood("zh-CN", "integer", 12, "人") == ""
    assert understood("zh-CN", "integer", 30_000, "人") == "= 30,000 人"
    assert understood("zh-CN", "money_yuan", "许多") == ""
