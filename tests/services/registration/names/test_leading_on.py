"""No verdict is a dead end: free names that owe nothing to what was barred, an officer, an authority."""

import pytest

from services.registration.names.authorities import offices
from services.registration.names.folding import toned, toneless
from services.registration.names.parsing import parse
from services.registration.names.rule_words import load_finder
from services.registration.names.verdicts import Authority
from tests.fixtures.callers import Caller
from tests.services.registration.names.barred import BAD
from tests.services.registration.names.reserving import check, reserve
from tests.services.registration.names.test_barred_words import TODAY


async def test_no_suggestion_uses_a_barred_part_again(founder: Caller) -> None:
    offered = 0
    for name in BAD:
        asked = parse(name).trade_name
        body = await check(founder, name, suggestions=5)
        barred = {c for c in asked if "一" <= c <= "鿿"}
        sounds = {sound for c in barred for sound in toneless(toned(c))}
        for other in body["suggestions"]:
            trade = parse(other).trade_name
            assert not barred & set(trade), (name, other)
            assert not sounds & set(toneless(toned(trade))), (name, other)
            assert not load_finder(TODAY).barred(trade)
            again = await check(founder, other, suggestions=0)
            assert (again["outcome"], again["reasons"]) == ("available", []), other
        offered += bool(body["suggestions"])
    assert offered >= 50  # a name whose industry is barred, too, gets none


@pytest.mark.parametrize("name", ["青屿华为科技有限公司", "青屿海底捞月餐饮有限公司"])
async def test_no_suggestion_leads_back_to_a_well_known_name(founder: Caller, name: str) -> None:
    body = await check(founder, name, suggestions=5)
    assert len(body["suggestions"]) == 5
    assert not any(
        set(parse(name).trade_name) & set(parse(s).trade_name) for s in body["suggestions"]
    )


@pytest.mark.parametrize(
    ("name", "authority", "offered"),
    [
        ("曜石科技有限公司", "national", "青屿曜石科技有限公司"),
        ("中国曜石科技有限公司", "state_council", "青屿曜石科技有限公司"),
        ("青屿曜石有限公司", "province", "青屿曜石科技有限公司"),
    ],
)
async def test_a_name_for_a_higher_authority_says_which_how_and_what_can_be_had_here(
    founder: Caller, name: str, authority: str, offered: str
) -> None:
    body = await check(founder, name, suggestions=3)
    assert body["outcome"] == "approval_required"
    [to] = [r["authority"] for r in body["reasons"] if r["authority"]]
    assert to["code"] == authority
    assert to["name"]["zh"]
    assert to["how"]["zh"]
    assert to["how"]["en"]
    assert offered in body["suggestions"]
    document = "市监名准字〔2026〕第 12 号"
    approved = await check(founder, name, approval_document=document)
    assert approved["outcome"] == "judgement_required"
    assert any(document in r["message"]["zh"] for r in approved["reasons"])


def test_every_authority_has_a_name_and_a_way() -> None:
    assert offices().keys() == set(Authority)


async def test_a_region_elsewhere_is_answered_with_the_seats_own(founder: Caller) -> None:
    body = await check(founder, "镇江曜岩科技有限公司")
    assert body["outcome"] == "blocked"
    assert "青屿曜岩科技有限公司" in body["suggestions"]


async def test_what_an_officer_looks_at_is_kept_only_when_asked_to(
    founder: Caller,
) -> None:
    name = "青屿席近平食品有限公司"
    refused = await reserve(founder, name)
    assert (refused.status_code, refused.json()["code"]) == (422, "name_needs_review")
    kept = await reserve(founder, name, for_review=True)
    assert kept.status_code == 201, kept.text
    assert [r["level"] for r in kept.json()["reasons"]] == ["judgement"]


async def test_asking_for_a_review_opens_nothing_that_is_barred(founder: Caller) -> None:
    refused = await reserve(founder, "青屿习近平食品有限公司", for_review=True)
    assert (refused.status_code, refused.json()["code"]) == (422, "name_not_allowed")
    document = {"approval_document": "市监名准字〔2026〕第 12 号", "for_review": True}
    refused = await reserve(founder, "青屿习近平食品有限公司", **document)
    assert refused.json()["code"] == "name_not_allowed"
    refused = await reserve(founder, "青屿澜涛典当有限公司", **document)
    assert refused.json()["code"] == "name_needs_approval"  # a regulator's approval is another one


async def test_a_name_approved_higher_up_is_kept_for_the_officer(founder: Caller) -> None:
    kept = await reserve(
        founder, "曜岩科技有限公司", approval_document="市监名准字〔2026〕第 13 号", for_review=True
    )
    assert kept.status_code == 201, kept.text
    assert [r["level"] for r in kept.json()["reasons"]] == ["judgement"]


async def test_a_risk_may_be_taken(founder: Caller) -> None:
    kept = await reserve(founder, "青屿星巴克物流有限公司")
    assert kept.status_code == 201
    assert [r["code"] for r in kept.json()["reasons"]] == ["well_known_name"]
