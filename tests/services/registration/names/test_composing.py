"""A name from its parts: put together as the law orders them, whatever was written twice."""

from datetime import date
from typing import Any

import pytest

from services.registration.names.composing import compose, region_word
from services.registration.names.errors import UnknownRegion
from services.registration.names.parsing import parse
from tests.fixtures.callers import Running

DAY = date(2026, 12, 1)


def composed(trade_name: str, industry: str = "科技", region_code: str = "980101") -> str:
    return compose(
        region_code=region_code,
        trade_name=trade_name,
        industry=industry,
        organization_form="limited_company",
        on=DAY,
    )


@pytest.mark.parametrize(
    "trade", ["松间", "青屿松间", "松间科技", "松间有限公司", "青屿松间科技有限责任公司", " 松间 "]
)
def test_what_was_written_together_is_not_written_twice(trade: str) -> None:
    assert composed(trade) == "青屿松间科技有限公司"
    assert composed(trade, "科技有限责任公司") == "青屿松间科技有限公司"


def test_the_parts_of_a_composed_name_are_what_it_was_composed_of() -> None:
    parsed = parse(composed("松间", "餐饮管理"))
    assert (parsed.region, parsed.trade_name, parsed.industry) == ("青屿", "松间", "餐饮管理")
    assert parsed.form.text == "有限公司"


def test_the_region_is_the_registration_authoritys() -> None:
    assert region_word("980101", on=DAY) == "青屿"
    assert region_word("110101", on=DAY) == "北京"
    assert region_word("419001", on=DAY) == "济源"
    for nowhere in ("000000", "999999", "980100a"):
        with pytest.raises(UnknownRegion):
            region_word(nowhere, on=DAY)


async def test_over_http_a_name_is_composed_and_nothing_is_kept(
    service: Running, founder: Any
) -> None:
    body = {"region_code": "980101", "trade_name": "松间", "industry": "科技"}
    reply = await founder.post("/name-compositions", json=body)
    assert (reply.status_code, reply.json()) == (200, {"name": "青屿松间科技有限公司"})
    kept = await founder.get("/name-reservations")
    assert kept.json()["items"] == []
    wrong = await founder.post("/name-compositions", json=body | {"region_code": "999999"})
    assert wrong.json()["code"] == "unknown_region"
    assert (await service.anonymous.post("/name-compositions", json=body)).status_code == 401
