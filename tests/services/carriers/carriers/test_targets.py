"""What the policies aim at beside what the register counts; types and honours that they name are data."""

from typing import Any

import pytest

from services.carriers.carriers.targets import reached
from tests.fixtures.callers import Running


async def targets(carriers: Running, **params: Any) -> list[dict[str, Any]]:
    reply = await carriers.anonymous.get("/carrier-targets", params=params)
    assert reply.status_code == 200, reply.text
    items: list[dict[str, Any]] = reply.json()["targets"]
    return items


async def count(carriers: Running, **params: Any) -> int:
    reply = await carriers.anonymous.get("/carriers", params={"limit": 200} | params)
    return len(reply.json()["items"])


@pytest.mark.policy_part("A004")
@pytest.mark.policy_part("C003")
async def test_new_type_platforms_are_counted_from_the_register(carriers: Running) -> None:
    found = {each["row"]: each for each in await targets(carriers)}
    kinds = ("maker_space", "rural_maker_base", "ecommerce_maker_centre", "internet_maker_park")
    there = sum([await count(carriers, type=kind) for kind in kinds])
    for row, aim in (("A004", 450), ("C003", 100)):
        assert (found[row]["actual"], found[row]["target"], found[row]["met"]) == (
            there,
            aim,
            False,
        )


@pytest.mark.policy_part("A005")
@pytest.mark.policy_part("A014")
@pytest.mark.policy_part("A016")
@pytest.mark.policy_part("A022")
@pytest.mark.policy_part("D002")
async def test_each_kind_that_a_policy_names_is_a_type_and_has_its_target(
    carriers: Running,
) -> None:
    types = {
        each["code"] for each in (await carriers.anonymous.get("/carrier-types")).json()["types"]
    }
    assert {
        "small_firm_base", "student_startup_park", "returnee_park", "student_demo_base",
        "ecommerce_maker_centre", "rural_maker_base", "rural_tech_supermarket", "rural_tech_park",
        "womens_cooperative", "womens_processing_base", "maker_community",
    } <= types  # fmt: skip
    found = [(each["row"], each["actual"], each["target"]) for each in await targets(carriers)]
    assert {("A014", 1, 50), ("A016", 2, 100), ("A005", 2, 3200), ("D002", 3, 100)} <= set(found)
    assert [each for each in found if each[0] == "A022"] == [("A022", 0, 100), ("A022", 0, 50)]


@pytest.mark.policy_part("A020")
@pytest.mark.policy_part("A024")
async def test_jointly_built_parks_and_social_bases_have_their_types(carriers: Running) -> None:
    types = {
        each["code"] for each in (await carriers.anonymous.get("/carrier-types")).json()["types"]
    }
    assert {"internet_park", "internet_maker_park", "social_organisation_base"} <= types
    park = (await carriers.anonymous.get("/carriers/HL-001")).json()
    assert park["jointly_built"] is True


@pytest.mark.policy_part("A010")
async def test_specialised_spaces_have_one_of_eight_fields(carriers: Running) -> None:
    fields = (await carriers.anonymous.get("/codes")).json()["lists"]["specialised_fields"]
    assert len(fields) == 8
    reply = await carriers.anonymous.get("/carriers", params={"type": "maker_space", "limit": 200})
    specialised = [each for each in reply.json()["items"] if each["field"]]
    found = {each["row"]: each for each in await targets(carriers)}
    assert found["A010"]["actual"] == len(specialised) > 0


@pytest.mark.policy_part("A013")
async def test_flagship_stores_are_an_honour_and_a_target(carriers: Running) -> None:
    found = {each["row"]: each for each in await targets(carriers)}
    assert found["A013"]["actual"] == await count(carriers, brand="suqing_flagship") == 1


@pytest.mark.policy_part("E004")
@pytest.mark.policy_part("E005")
async def test_demonstration_bases_are_counted_by_tier(carriers: Running) -> None:
    found = {each["row"]: each["actual"] for each in await targets(carriers)}
    assert (found["E004"], found["E005"]) == (1, 3)


@pytest.mark.policy_part("E011")
async def test_bases_say_which_of_three_operators_run_them(carriers: Running) -> None:
    codes = (await carriers.anonymous.get("/codes")).json()["lists"]["operator_types"]
    assert [each["code"] for each in codes] == ["park", "university", "leading_enterprise"]
    base = (await carriers.anonymous.get("/carriers/SF-001")).json()
    assert base["operator_type"] in {each["code"] for each in codes}


@pytest.mark.policy_part("B002")
async def test_coverage_is_shown_county_by_county(carriers: Running) -> None:
    reply = (await carriers.anonymous.get("/carrier-targets", params={"region": "980100"})).json()
    told = {each["region_code"]: each["carriers"] for each in reply["maker_spaces_by_county"]}
    assert told == {
        code: await count(carriers, type="maker_space", region=code)
        for code in ("980101", "980102", "980181")
    }
    city = next(each for each in reply["targets"] if each["row"] == "B002")
    assert city["actual"] == sum(told.values())


@pytest.mark.parametrize(
    ("operator", "actual", "met"),
    [
        (">", 30, False),
        (">", 31, True),
        (">=", 30, True),
        ("about", 24, True),
        ("about", 23, False),
    ],
)
def test_more_than_excludes_and_at_least_includes(operator: Any, actual: int, met: bool) -> None:
    assert reached(operator, 30, actual) is met
