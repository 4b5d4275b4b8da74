"""The product catalogue: dated parameters, filters, pages, and what it refuses."""

from typing import Any

import pytest

from services.finance.products.seed import seed_products
from tests.fixtures.callers import Running


def numbers(product: dict[str, Any]) -> dict[str, str]:
    return {each["key"]: each["value"] for each in product["parameters"]}


@pytest.mark.policy_part("A051")
async def test_anyone_may_compare_the_eight_demonstration_products(finance: Running) -> None:
    reply = await finance.anonymous.get("/products")
    items = reply.json()["items"]
    assert reply.status_code == 200
    assert len(items) == 8
    assert all(each["is_demo"] and "演示" in each["name"]["zh"] for each in items)
    assert all(each["name"]["en"] and each["parameters"] for each in items)


async def test_seeding_again_changes_nothing(finance: Running) -> None:
    before = (await finance.anonymous.get("/products")).json()
    await seed_products(finance.app.state)
    assert (await finance.anonymous.get("/products")).json() == before


@pytest.mark.parametrize(
    ("day", "principal"), [("2020-12-31", "500000000"), ("2021-01-01", "3000000000")]
)
async def test_a_number_is_the_one_in_force_on_the_day(
    finance: Running, day: str, principal: str
) -> None:
    reply = await finance.anonymous.get("/products/kedai-share-a", params={"on": day})
    assert numbers(reply.json())["principal_max"] == principal


async def test_a_product_not_yet_offered_is_not_listed(finance: Running) -> None:
    reply = await finance.anonymous.get("/products", params={"on": "2016-06-01"})
    assert {each["code"] for each in reply.json()["items"]} == {
        "zhenketong-demo",
        "zhenbaodai-demo",
    }


async def test_the_shares_of_each_borrower_class_are_the_whole_risk(finance: Running) -> None:
    for code in ("kedai-share-a", "kedai-share-b"):
        found = numbers((await finance.anonymous.get(f"/products/{code}")).json())
        shares = [int(value) for key, value in found.items() if key.startswith("share_")]
        assert sum(shares) == 100


async def test_only_products_that_a_pool_backs_are_applied_for_online(finance: Running) -> None:
    reply = await finance.anonymous.get("/products", params={"online": "true"})
    assert [each["code"] for each in reply.json()["items"]] == ["kedai-share-a", "kedai-share-b"]
    others = (await finance.anonymous.get("/products", params={"online": "false"})).json()["items"]
    assert len(others) == 6
    assert all(each["closed_here"] for each in others)
    assert not any(each["closed_here"] for each in reply.json()["items"])


async def test_products_are_filtered_by_kind_and_borrower(finance: Running) -> None:
    reply = await finance.anonymous.get(
        "/products", params={"kind": "startup_guaranteed_loan", "borrower": "person"}
    )
    assert [each["code"] for each in reply.json()["items"]] == ["startup-person-demo"]


async def test_pages_follow_each_other_without_gap_or_repeat(finance: Running) -> None:
    codes: list[str] = []
    cursor: str | None = None
    for _ in range(10):
        params = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = (await finance.anonymous.get("/products", params=params)).json()
        codes += [each["code"] for each in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(codes) == len(set(codes)) == 8
    assert codes == sorted(codes)


async def test_a_product_carries_an_etag(finance: Running) -> None:
    reply = await finance.anonymous.get("/products/linked-demo")
    assert reply.headers["etag"] == '"1"'


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/products/none", 404, "not_found"),
        ("/products?kind=gift", 422, "invalid_request"),
        ("/products?on=yesterday", 422, "invalid_request"),
        ("/products?cursor=bad", 400, "invalid_cursor"),
        ("/products?limit=0", 422, "invalid_request"),
    ],
)
async def test_bad_questions_get_a_stable_code(
    finance: Running, path: str, status: int, code: str
) -> None:
    reply = await finance.anonymous.get(path)
    assert (reply.status_code, reply.json()["code"]) == (status, code)


async def test_health_and_codes_answer(finance: Running) -> None:
    assert (await finance.anonymous.get("//health/ready")).json()["service"] == "finance"
    lists = (await finance.anonymous.get("/codes")).json()["lists"]
    assert {"product_kinds", "borrowers", "parameter_units"} <= set(lists)


async def test_the_catalogue_of_matters_answers(finance: Running) -> None:
    reply = await finance.anonymous.get("/matters")
    assert reply.status_code == 200
    assert "candidate-enterprise" in {item["code"] for item in reply.json()["items"]}
