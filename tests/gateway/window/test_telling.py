"""Every wrong answer that a form can be given is said with the field's name, its bound and what to do."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, cast

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from gateway.window.cases.views import CasePage
from gateway.window.fields.numbers import FAULTS
from gateway.window.fields.reading import Fault
from gateway.window.fields.shapes import Field, field_of
from gateway.window.fields.telling import BOUNDS, told, unread
from gateway.window.preferences import Preferences
from gateway.window.visit import Visiting
from gateway.window.wording import Language
from kit.forms import _nested, describe_fields
from kit.matter_views import view_of
from kit.matters import Matter
from kit.problems import field_errors
from services.carriers.matters import MATTERS as CARRIERS
from services.finance.matters import MATTERS as FINANCE
from services.registration.matters import MATTERS as REGISTRATION

EVERY = (*REGISTRATION.values(), *FINANCE.values(), *CARRIERS.values())
BARE = (
    "内容太短",
    "数值太小",
    "数值太大",
    "格式不正确",
    "内容不符合要求",
    "does not meet",
    "too small",
)
WRONG: tuple[Any, ...] = (
    *(None, "", "x", "甲" * 50_000, "\u202e", -1, 10**20, 1.5, True, "2026-13-01", "1800-01-01"),
    *([], ["x"] * 200, {}, [{}] * 200, [""]),
)


def reader(language: Language) -> Visiting:
    nothing = cast(Any, None)
    return Visiting(
        nothing, Preferences(language=language, easy=False, chosen=False), None, nothing
    )


def places(
    model: type[BaseModel], base: tuple[Any, ...] = ()
) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every question of a form, and what checks an answer to it."""
    for name, info in model.model_fields.items():
        yield (*base, name), info
        inside, is_list = _nested(info.annotation)
        if inside is not None:
            yield from places(inside, (*base, name, 0) if is_list else (*base, name))


def faults(model: type[BaseModel]) -> Iterator[dict[str, Any]]:
    """What the form says of each wrong answer, as the API says it."""
    for path, info in places(model):
        adapter: TypeAdapter[Any] = TypeAdapter(Annotated[(info.annotation, *info.metadata)])  # type: ignore[arg-type]
        pointer = ("body", *path)
        yield from said([{"type": "missing", "loc": pointer, "msg": "", "ctx": {}}])
        for value in WRONG:
            try:
                adapter.validate_python(value)
            except ValidationError as error:
                own = [e for e in error.errors(include_url=False) if not e["loc"]]
                yield from said([{**e, "loc": pointer} for e in own])


def said(found: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in field_errors(found):
        yield one.model_dump()


def label_at(fields: list[Field], pointer: str) -> str:
    *_, last = [p for p in pointer.split("/") if not p.isdigit()]
    general = "/".join("*" if p.isdigit() else p for p in pointer.split("/"))
    stack = list(fields)
    while stack:
        one = stack.pop()
        if one.pointer == general:
            return str(cast(Any, one.label)["zh"])
        stack += one.fields
    raise AssertionError(last)


@pytest.mark.parametrize("matter", EVERY, ids=lambda m: m.code)
def test_no_fault_is_said_without_its_field_its_bound_and_what_to_do(matter: Matter) -> None:
    fields = [field_of(view.model_dump(mode="json")) for view in describe_fields(matter.form)]
    visit, seen = reader("zh-CN"), set()
    for error in faults(matter.form):
        text = told(visit, error, fields)
        seen.add(error["code"])
        where = (matter.code, error["pointer"], error["code"], text)
        assert label_at(fields, error["pointer"]) in text, where
        assert not any(bare in text for bare in BARE), where
        if error["code"] in BOUNDS:
            assert re.search(r"\d", text), where
    assert len(seen) > 4


def test_a_bound_is_said_in_the_unit_that_is_asked_for() -> None:
    money = {
        "name": "sum",
        "pointer": "/sum",
        "kind": "money_yuan",
        "label": {"zh": "金额", "en": "Sum"},
    }
    rate = {
        "name": "rate",
        "pointer": "/rate",
        "kind": "percent",
        "label": {"zh": "利率", "en": "Rate"},
    }
    fields = [field_of(money), field_of(rate)]
    low = {"pointer": "/form/sum", "code": "greater_than_equal", "values": {"ge": 1_000_000}}
    high = {"pointer": "/rate", "code": "less_than_equal", "values": {"le": 0.24}}
    assert told(reader("zh-CN"), low, fields) == "“金额”不能小于 10,000 元，请改大"
    assert told(reader("zh-CN"), high, fields) == "“利率”不能大于 24%，请改小"
    assert told(reader("en"), low, fields) == "“Sum” cannot be less than CNY 10,000; enter more"


def test_it_is_said_of_whom() -> None:
    (people,) = [
        field_of(v.model_dump(mode="json"))
        for v in describe_fields(REGISTRATION["company-establishment"].form)
        if v.name == "shareholders"
    ]
    error = {"pointer": "/shareholders/1/signer/name", "code": "missing", "values": {}}
    assert told(reader("zh-CN"), error, [people]) == "请填写“股东 2 · 签署人 · 姓名”"


def test_what_is_no_number_is_said_by_its_field_and_how_one_writes_it() -> None:
    visit = reader("zh-CN")
    asked = Field("amount_fen", "/amount_fen", "money_yuan", "批准金额", unit="元")
    typed = {"pointer": "/amount_fen", "code": "int_type"}
    for said in (
        told(visit, typed, [asked]),
        unread(visit, Fault("/decide/amount_fen", FAULTS["money_yuan"]), [asked], base="/decide"),
    ):
        assert said.startswith("“批准金额”：请填写金额，单位为元")


@pytest.mark.parametrize(
    ("code", "values", "bound"),
    [
        ("offer_over_limit", {"most_fen": 150_000_000}, "（最高 1,500,000 元）"),
        ("term_over_limit", {"most_months": 12}, "（最长 12 个月）"),
    ],
)
def test_a_rule_that_refuses_a_figure_says_how_much_it_may_be(
    code: str, values: dict[str, int], bound: str
) -> None:
    asked = Field("amount_fen", "/amount_fen", "money_yuan", "批准金额")
    error = {"pointer": "/amount_fen", "code": code, "values": values}
    said = told(reader("zh-CN"), error, [asked], {code: "超过上限"})
    assert said == f"“批准金额”：超过上限{bound}"


@pytest.mark.parametrize("matter", EVERY, ids=lambda m: m.code)
def test_a_case_goes_back_to_be_filled_in_only_where_its_workflow_says_so(matter: Matter) -> None:
    view = view_of(matter, "/api/x/v1", today=date(2026, 12, 1)).model_dump(mode="json")
    for clock in matter.workflow.deadlines:
        for state in clock.runs_in if clock.kind == "answer" else ():
            move = matter.workflow.find(clock.on_pass, state)
            assert move is not None
            page = CasePage(reader("zh-CN"), "registration", {"state": state}, view, "")
            assert ("退回填写" in page.passing) is (move.target in matter.editable_in)
            assert page.passing or move.target == state
