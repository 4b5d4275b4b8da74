"""What others read of tenancies: the guide, masked phones, pages."""

from typing import Any

import pytest

from tests.services.carriers.place import (
    PROVINCIAL,
    Place,
)


async def test_the_matter_has_a_guide_a_form_and_a_clock_in_both_languages(place: Place) -> None:
    matter = (await place.running.anonymous.get("/matters/tenancy")).json()
    assert all(matter["title"].values())
    assert matter["guide"]["steps"][0]["en"]
    assert {d["key"] for d in matter["workflow"]["deadlines"]} >= {"answer", "offer"}
    fields = {f["name"]: f for page in matter["pages"] for f in page["fields"]}
    assert fields["uscc"]["shown_when"] == ["applied_as", "firm"]
    assert all(f["label"]["zh"] and f["label"]["en"] for f in fields.values())


async def test_a_phone_number_is_masked_for_everybody(place: Place) -> None:
    case = await place.submitted(place.founder())
    shown = await place.read(place.operator(), case)
    assert shown["form"]["contact"]["phone"] == "000****0001"


@pytest.mark.parametrize("path", ["/tenancies", f"/carriers/{PROVINCIAL}/tenants"])
async def test_tenants_come_in_pages_and_by_state(place: Place, path: str) -> None:
    operator = place.operator(PROVINCIAL)
    cases = [await place.tenant(place.founder(), carrier=PROVINCIAL) for _ in range(3)]
    seen: list[str] = []
    params: dict[str, Any] = {"limit": 2, "state": "incubating"}
    while True:
        body = (await operator.get(path, params=params)).json()
        seen += [row["id"] for row in body["items"]]
        if body["next"] is None:
            break
        params["cursor"] = body["next"]
    assert len(set(seen)) == len(seen)
    assert {case["id"] for case in cases} <= set(seen)
    left = (await operator.get(path, params={"state": "left"})).json()["items"]
    assert not {case["id"] for case in cases} & {row["id"] for row in left}
