"""Finding what people mean by their own words, by sound, by a piece of the wording."""

import pytest

from services.registration.reference import store
from services.registration.reference.service import find_industries, find_scope_items
from tests.fixtures.callers import Caller
from tests.fixtures.pages import rows_of
from tests.services.registration.reference.test_routes import anyone, service

__all__ = ["anyone", "service"]


def scope(query: str) -> list[str]:
    return [i.name_zh for i in find_scope_items(query=query, industry=None, approval=None)]


def industries(query: str) -> list[str]:
    return [i.code for i in find_industries(parent=None, level=None, query=query)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("奶茶", "餐饮服务"),
        ("我想开一家奶茶店，也送外卖", "餐饮服务"),
        ("写程序", "软件开发"),
        ("APP", "软件开发"),
        ("软件开发", "软件开发"),
        ("ruanjian", "软件开发"),
        ("rjkf", "软件开发"),
        ("software", "软件开发"),
        ("6511-01", "软件开发"),
        ("做跨境", "互联网销售（除销售需要许可的商品）"),
        ("保洁", "家政服务"),
    ],
)
def test_everyday_words_find_the_standard_wording(query: str, first: str) -> None:
    assert scope(query)[0] == first


@pytest.mark.parametrize(
    ("query", "code"), [("奶茶", "6291"), ("写程序", "6511"), ("幼儿园", "83"), ("62", "62")]
)
def test_everyday_words_find_the_industry(query: str, code: str) -> None:
    assert code in industries(query)[:3]


def test_what_nobody_means_finds_nothing() -> None:
    assert scope("xyzxyz") == []
    assert industries("xyzxyz") == []


def test_every_synonym_leads_to_codes_that_exist() -> None:
    known = {i.code for i in store.industries()} | {i.code for i in store.scope_items()}
    for row in store.rows_of("search_words.csv"):
        for word in row["words"].split("|"):
            assert set(row["codes"].split("|")) <= known, row
            assert scope(word) or industries(word), word


def test_every_industry_of_a_scope_item_may_be_filed() -> None:
    known = {i.code for i in store.industries()}
    assert {i.industry for i in store.scope_items()} <= known


@pytest.mark.parametrize("path", ["/scope-items?q=服务", "/industries?q=制造"])
async def test_a_ranked_list_gives_every_row_once(anyone: Caller, path: str) -> None:
    whole = (await anyone.get(f"{path}&limit=200")).json()["items"]
    assert len(whole) > 10
    assert await rows_of(anyone, f"{path}&limit=3") == whole
