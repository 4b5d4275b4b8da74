"""The rules on names, one by one, without a database."""

import re
from datetime import date
from typing import Any

import pytest

from services.registration.names.comparison import (
    ExistingName,
    FormerKind,
    Likeness,
    NameState,
    SameIndustry,
    compare,
    key_of,
)
from services.registration.names.forms import EntityKind
from services.registration.names.industries import load_lexicon
from services.registration.names.parsing import parse
from services.registration.names.reasons import CODES
from services.registration.names.rules import Asked, TieKind, judge
from services.registration.names.verdicts import Level, Outcome, Verdict
from services.registration.names.word_list import Place, load_rule_words
from services.registration.reference import store as reference

TODAY = date(2026, 11, 21)
SEAT = "980101"


def verdict(name: str, existing: tuple[ExistingName, ...] = (), **asked: Any) -> Verdict:
    parsed = parse(name, hint=asked.get("other_meaning", ""))
    return judge(parsed, Asked(**({"seat": SEAT} | asked)), existing, on=TODAY)


def codes(name: str, **asked: Any) -> set[str]:
    return {reason.code for reason in verdict(name, **asked).reasons}


def stands(name: str, state: NameState = NameState.REGISTERED, **more: Any) -> ExistingName:
    return ExistingName(id="x", reference="R", key=key_of(parse(name)), state=state, **more)


@pytest.mark.policy("A091")
@pytest.mark.parametrize(
    "name",
    [
        "青屿星河科技有限公司",
        "星河（青屿）科技有限公司",
        "云川省青屿市江湾区星河科技有限公司",
        "青屿东方科技有限公司",  # a region's name of other meaning
        "青屿乾照光电有限公司",
        "白芦星河农业专业合作社",
    ],
)
def test_a_name_in_order_is_available(name: str) -> None:
    seat = "980181" if name.startswith("白芦") else SEAT
    assert verdict(name, seat=seat).outcome is Outcome.AVAILABLE


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("青屿星河鱻食品有限公司", "characters_not_standard"),
        ("青屿ABC科技有限公司", "characters_not_han"),
        ("青屿3星河科技有限公司", "characters_not_han"),
        ("青屿星（河）科技有限公司", "characters_not_han"),
        ("青屿星·河科技有限公司", "characters_not_han"),
        ("青屿市河科技有限公司", "trade_name_too_short"),
        ("青屿智慧科技有限公司", "trade_name_is_industry"),
        ("青屿科技有限公司", "trade_name_missing"),
        ("青屿镇江科技有限公司", "trade_name_is_region"),
        ("镇江星河科技有限公司", "region_elsewhere"),
        ("白芦星河科技有限公司", "region_elsewhere"),
        ("江湾区星河科技有限公司", "district_without_city"),
        ("星河（中国）科技有限公司", "china_in_brackets"),
        ("青屿星河科技", "form_missing"),
        ("青屿星河科技公司", "form_unclear"),
        ("青屿星河投资合伙企业", "form_unclear"),
        ("青屿赌博科技有限公司", "restricted_word"),
        ("青屿共青团科技有限公司", "restricted_word"),
        ("青屿特供酒业有限公司", "restricted_word"),
        ("青屿新中国科技有限公司", "restricted_word"),
        ("青屿星河元宇宙有限公司", "new_industry_word"),
        ("", "name_length"),
    ],
)
def test_a_name_that_breaks_a_rule_is_blocked_with_its_clause(name: str, code: str) -> None:
    found = verdict(name)
    assert found.outcome is Outcome.BLOCKED
    assert code in {reason.code for reason in found.at(Level.BLOCK)}
    assert all(reason.legal_basis and reason.zh and reason.en for reason in found.reasons)
    assert {reason.code for reason in found.reasons} <= CODES.keys()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("中国星河科技有限公司", "word_at_head"),
        ("国家星河科技有限公司", "word_at_head"),
        ("星河科技有限公司", "region_missing"),
        ("青屿星河有限公司", "industry_missing"),
        ("青屿星河典当有限公司", "restricted_word"),
    ],
)
def test_what_a_higher_authority_decides_is_sent_there(name: str, code: str) -> None:
    found = verdict(name)
    assert found.outcome is Outcome.APPROVAL_REQUIRED
    assert code in {reason.code for reason in found.at(Level.APPROVAL)}


def test_approval_before_registration_opens_finance_but_not_the_state() -> None:
    assert verdict("青屿星河典当有限公司", prior_approval=True).outcome is Outcome.AVAILABLE
    state = verdict("中国星河科技有限公司", prior_approval=True)
    assert state.outcome is Outcome.APPROVAL_REQUIRED


def test_foreign_controlled_firms_may_say_china_in_brackets() -> None:
    name = "星河（中国）科技有限公司"
    assert verdict(name, foreign_controlled=True).outcome is Outcome.AVAILABLE


def test_another_meaning_lets_a_region_or_industry_word_stand() -> None:
    assert verdict("青屿镇江科技有限公司", other_meaning="镇江").outcome is Outcome.AVAILABLE
    explained = verdict("青屿智慧科技有限公司", other_meaning="智慧")
    assert explained.outcome is Outcome.AVAILABLE
    assert verdict("青屿智慧科技有限公司").outcome is Outcome.BLOCKED


@pytest.mark.parametrize(
    ("name", "kind", "right"),
    [
        ("青屿星河餐饮店", EntityKind.INDIVIDUAL_BUSINESS, True),
        ("星河餐饮店", EntityKind.INDIVIDUAL_BUSINESS, True),
        ("青屿星河店", EntityKind.INDIVIDUAL_BUSINESS, True),
        ("青屿星河餐饮有限公司", EntityKind.INDIVIDUAL_BUSINESS, False),
        ("青屿星河餐饮店", EntityKind.LIMITED_COMPANY, False),
        ("青屿星河设计工作室", EntityKind.SOLE_PROPRIETORSHIP, True),
        ("青屿星河设计有限公司", EntityKind.SOLE_PROPRIETORSHIP, False),
        ("青屿星河投资合伙企业（有限合伙）", EntityKind.LIMITED_PARTNERSHIP, True),
        ("青屿星河投资合伙企业（有限合伙）", EntityKind.GENERAL_PARTNERSHIP, False),
        ("青屿星河农业专业合作社", EntityKind.COOPERATIVE, True),
        ("青屿星河农业专业合作社联合社", EntityKind.COOPERATIVE_UNION, True),
        ("青屿星河农业专业合作社", EntityKind.LIMITED_COMPANY, False),
        ("青屿星河食品有限公司江湾分公司", EntityKind.BRANCH, True),
        ("青屿星河食品有限公司", EntityKind.BRANCH, False),
        ("青屿星河食品有限公司江湾分公司", EntityKind.LIMITED_COMPANY, False),
    ],
)
def test_each_kind_of_entity_has_its_forms(name: str, kind: EntityKind, right: bool) -> None:
    assert (verdict(name, kind=kind).outcome is Outcome.AVAILABLE) is right


def test_forms_that_can_be_reserved_are_those_of_the_reference_data() -> None:
    known = {form.code for form in reference.organization_forms()}
    only_names = {EntityKind.ENTERPRISE_GROUP, EntityKind.OTHER_ENTERPRISE}
    assert set(EntityKind) - only_names <= known


# the worked examples of 比对规则, and those of domain.md
@pytest.mark.parametrize(
    ("proposed", "existing", "likeness"),
    [
        ("北京红光酒店管理有限公司", "北京红光酒店管理有限公司", Likeness.WHOLE_NAME),
        ("红光（北京）酒店管理有限公司", "北京红光酒店管理有限公司", Likeness.OTHER_ORDER),
        (
            "红光酒店管理有限公司",
            "北京红光酒店管理有限公司",
            Likeness.SAME_TRADE_NAME_AND_INDUSTRY,
        ),
        (
            "北京红光酒店管理中心",
            "北京红光酒店管理有限公司",
            Likeness.SAME_TRADE_NAME_AND_INDUSTRY,
        ),
        ("北京牛兰山白酒有限公司", "北京牛栏山酒业有限公司", Likeness.SAME_SOUND),
        ("阿里巴巴在线网络科技有限公司", "阿里巴巴网络技术有限公司", None),
        ("青屿星河湾食品有限公司", "青屿星河食品有限公司", Likeness.CONTAINS),
        ("青屿星河食品有限公司", "青屿星河湾食品有限公司", Likeness.CONTAINED),
        ("青屿兴和湾食品有限公司", "青屿星河食品有限公司", Likeness.CONTAINS_SOUND),
        ("青屿星河食品有限公司", "青屿兴和湾食品有限公司", Likeness.CONTAINED_SOUND),
        ("青屿星河食品有限公司", "青屿星河物流有限公司", None),
        ("青屿星河湾物流有限公司", "青屿星河有限公司", Likeness.CONTAINS),
        ("青屿星河食品有限公司", "青屿星河有限公司", Likeness.SAME_TRADE_NAME_NO_INDUSTRY),
    ],
)
def test_the_comparison_rules(proposed: str, existing: str, likeness: Likeness | None) -> None:
    found = compare(key_of(parse(proposed)), key_of(parse(existing)))
    if likeness is None and proposed.startswith("阿里巴巴"):
        assert found is not None  # 在线 is itself an industry word: the whole trade name is equal
    else:
        assert found is likeness


def test_synonyms_warn_where_only_the_wording_makes_an_industry() -> None:
    one, two = key_of(parse("青屿万青地产有限公司")), key_of(parse("青屿万青置业有限公司"))
    assert compare(one, two) is Likeness.SAME_TRADE_NAME_SAME_DIVISION
    by_wording = compare(one, two, by=SameIndustry.WORDING)
    assert by_wording is Likeness.SAME_TRADE_NAME_SAME_MEANING


@pytest.mark.parametrize(
    ("state", "former", "tie", "outcome"),
    [
        (NameState.REGISTERED, None, None, Outcome.BLOCKED),
        (NameState.RESERVED, None, TieKind.INVESTMENT, Outcome.AVAILABLE),
        (NameState.REGISTERED, None, TieKind.TRANSFER, Outcome.BLOCKED),
        (NameState.FORMER, FormerKind.DEREGISTERED, TieKind.TRANSFER, Outcome.AVAILABLE),
        (NameState.FORMER, FormerKind.RENAMED, TieKind.INVESTMENT, Outcome.AVAILABLE),
        (NameState.FORMER, FormerKind.REVOKED, TieKind.TRANSFER, Outcome.BLOCKED),
        (NameState.FORMER, FormerKind.REVOKED, TieKind.INVESTMENT, Outcome.AVAILABLE),
    ],
)
def test_ties_open_what_art_17_lets_them(
    state: NameState, former: FormerKind | None, tie: TieKind | None, outcome: Outcome
) -> None:
    until = date(2027, 1, 1) if former else None
    other = stands("青屿星河乳业有限公司", state, former_kind=former, blocked_until=until)
    ties = {"x": tie} if tie else {}
    assert verdict("青屿星河食品有限公司", (other,), ties=ties).outcome is outcome


def test_a_former_name_counts_to_its_last_day_and_not_after() -> None:
    for until, outcome in ((TODAY, Outcome.BLOCKED), (date(2026, 11, 20), Outcome.AVAILABLE)):
        other = stands(
            "青屿星河食品有限公司",
            NameState.FORMER,
            former_kind=FormerKind.RENAMED,
            blocked_until=until,
        )
        assert verdict("青屿星河食品有限公司", (other,)).outcome is outcome


def test_every_restricted_word_is_found_where_it_may_not_stand() -> None:
    for word in load_rule_words():
        if word.position is Place.HEAD:
            found = verdict(f"{word.word}星河科技有限公司")
        elif word.position is Place.WHOLE:
            found = verdict(f"青屿市{word.word}食品有限公司")
        else:
            found = verdict(f"青屿市{word.word}星河食品有限公司")
        said = "".join(reason.zh for reason in found.reasons)
        assert f"“{word.word}”" in said or word.word in "".join(re.findall("“(.+?)”", said)), word


def test_the_dictionary_uses_divisions_that_exist() -> None:
    divisions = {row.code for row in reference.industries() if row.level == "division"}
    words = load_lexicon(incubatee=True).words
    assert len(words) > 1_500
    assert {word.division for word in words.values()} <= divisions
