"""What a question is answered with until somebody answers: the declaration, and the days that it reckons."""

from datetime import date
from typing import Annotated

import pytest

from kit.forms import FormPage, Ui, describe
from kit.prefilling import Default, dated, default_view, pointers_of
from kit.schemas import In


def form_with(default: Default) -> type[In]:
    class Form(In):
        first: Annotated[str, Ui("甲", "A")]
        second: Annotated[str, Ui("乙", "B", default=default)]

    return Form


PAGE = (FormPage("one", "一", "One", ("first", "second")),)


def test_a_default_is_part_of_the_description() -> None:
    (page,) = describe(form_with(Default("@/first", sole="/first")), PAGE)
    assert page.fields[0].default is None
    assert page.fields[1].default is not None
    assert page.fields[1].default.model_dump(exclude_none=True) == {
        "value": "@/first",
        "sole": "/first",
    }


@pytest.mark.parametrize(
    "value", ["@acount/name", "@account/salary", "@today", "@first", {"a": ["@today+y"]}]
)
def test_a_reference_that_reads_nothing_stops_the_start(value: object) -> None:
    with pytest.raises(ValueError, match="no such reference"):
        describe(form_with(Default(value)), PAGE)


def test_a_default_from_a_question_that_nobody_asks_stops_the_start() -> None:
    with pytest.raises(ValueError, match="third"):
        describe(form_with(Default("@/third/0/name")), PAGE)


def test_every_place_that_a_default_reads_is_known() -> None:
    default = Default({"a": "@/x/0#b", "c": ["@account/name", "@/y"]}, "/z", ("/w", "v"))
    view = default_view(default)
    assert view is not None
    assert list(pointers_of(view)) == ["/x/0", "/y", "/z", "/w"]


def test_days_are_reckoned_from_the_business_day_and_fall_on_no_day_that_is_not() -> None:
    assert dated([{"on": "@today+5y"}], date(2026, 12, 1)) == [{"on": "2031-12-01"}]
    assert dated("@today+1y", date(2028, 2, 29)) == "2029-02-28"
    assert dated("@/first", date(2026, 12, 1)) == "@/first"
