"""The terms of a product as what they mean, and the example of paying a loan back."""

import pytest

from tests.services.finance.borrowing import World

PRODUCT = "/products/kedai-share-a"


async def test_a_product_says_amount_rate_term_and_who_bears_the_risk(world: World) -> None:
    anybody = world.finance.anonymous
    terms = (await anybody.get(PRODUCT)).json()["terms"]
    assert terms["most_fen"] == 3_000_000_000
    assert terms["highest_rate"] == "0.035"
    assert terms["longest_months"] == 12
    assert [(s["who"]["zh"], s["percent"]) for s in terms["shares"]] == [
        ("省级资金", "40"),
        ("市级资金", "40"),
        ("银行", "20"),
    ]


@pytest.mark.parametrize(
    "method", ["equal_instalments", "equal_principal", "interest_first", "bullet"]
)
async def test_an_example_pays_the_whole_back_at_the_most_that_is_allowed(
    world: World, method: str
) -> None:
    query = f"amount_fen=100000000&months=12&repayment_method={method}"
    seen = (await world.finance.anonymous.get(f"{PRODUCT}/repayment-preview?{query}")).json()
    rows = seen["instalments"]
    assert sum(row["principal_fen"] for row in rows) == 100_000_000
    assert rows[-1]["balance_fen"] == 0
    assert seen["annual_rate"] == "0.035"
    assert seen["interest_fen"] == sum(row["interest_fen"] for row in rows) > 0
    assert len(rows) == (1 if method == "bullet" else 12)


@pytest.mark.parametrize(
    ("query", "pointer", "bound"),
    [
        ("amount_fen=3000000001&months=12", "/amount_fen", 3_000_000_000),
        ("amount_fen=100000000&months=13", "/months", 12),
    ],
)
async def test_beyond_the_limits_it_says_which_and_how_much(
    world: World, query: str, pointer: str, bound: int
) -> None:
    reply = await world.finance.anonymous.get(f"{PRODUCT}/repayment-preview?{query}")
    assert reply.status_code == 422
    error = reply.json()["errors"][0]
    assert (error["pointer"], error["values"]["le"]) == (pointer, bound)


async def test_no_rate_no_example_and_no_product_no_page(world: World) -> None:
    anybody = world.finance.anonymous
    query = "repayment-preview?amount_fen=100000000&months=12"
    unknown_rate = await anybody.get(f"/products/startup-firm-demo/{query}")
    assert unknown_rate.json()["errors"][0]["pointer"] == "/annual_rate"
    assert (
        await anybody.get(f"/products/startup-firm-demo/{query}&annual_rate=0.03")
    ).status_code == 200
    assert (await anybody.get(f"/products/no-such/{query}")).status_code == 404
    assert (await anybody.get(f"{PRODUCT}/{query}&annual_rate=3.5")).status_code == 422
