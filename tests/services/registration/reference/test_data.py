"""The packaged tables: complete where they claim it, and consistent with each other."""

import re
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from kit.regions import table as regions
from services.registration.codes.rules import DEPARTMENTS
from services.registration.reference import store
from services.registration.reference.labels import CODE_LISTS

TODAY = date(2026, 11, 21)


def test_gbt_4754_has_20_sections_and_97_divisions_in_their_places() -> None:
    levels = Counter(i.level for i in store.industries())
    assert (levels["section"], levels["division"]) == (20, 97)
    spans = dict.fromkeys("ABCDEFGHIJKLMNOPQRST", 0)
    for i in store.industries():
        if i.level == "division":
            spans[i.parent or ""] += 1
    expected = [5, 7, 31, 3, 4, 2, 8, 2, 3, 4, 1, 2, 3, 4, 3, 1, 2, 5, 6, 1]
    assert list(spans.values()) == expected
    divisions = [i.code for i in store.industries() if i.level == "division"]
    assert divisions == [f"{n:02d}" for n in range(1, 98)]


def test_every_class_hangs_under_its_division() -> None:
    for i in store.industries():
        if i.level == "class":
            assert re.fullmatch(r"[0-9]{4}", i.code)
            assert i.parent == i.code[:2]
            assert store.industry(i.code[:2]) is not None


def test_no_code_is_twice_in_a_table() -> None:
    for table in (store.industries(), store.scope_items(), store.organization_forms()):
        codes = [row.code for row in table]
        assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("code", "name", "full_name"),
    [
        ("320100", "南京市", "江苏省南京市"),
        ("321100", "镇江市", "江苏省镇江市"),
        ("321102", "京口区", "江苏省镇江市京口区"),
        ("321111", "润州区", "江苏省镇江市润州区"),
        ("321112", "丹徒区", "江苏省镇江市丹徒区"),
        ("321181", "丹阳市", "江苏省镇江市丹阳市"),
        ("321182", "扬中市", "江苏省镇江市扬中市"),
        ("321183", "句容市", "江苏省镇江市句容市"),
        ("220184", "公主岭市", "吉林省长春市公主岭市"),
        ("222400", "延边朝鲜族自治州", "吉林省延边朝鲜族自治州"),
        ("110101", "东城区", "北京市东城区"),
        ("429004", "仙桃市", "湖北省仙桃市"),
        ("980181", "白芦市", "云川省青屿市白芦市"),
    ],
)
def test_known_regions_of_today(code: str, name: str, full_name: str) -> None:
    found = regions.region(code, on=TODAY)
    assert found is not None
    assert (found.name_zh, found.full_name_zh) == (name, full_name)


def test_jiangsu_has_its_13_cities_and_jilin_its_9() -> None:
    def cities(province: str) -> list[str]:
        return [
            r.code
            for r in regions.regions()
            if r.parent == province and r.level == "prefecture" and r.in_force(TODAY)
        ]

    assert cities("320000") == [f"32{n:02d}00" for n in range(1, 14)]
    assert cities("220000") == [f"22{n:02d}00" for n in (*range(1, 9), 24)]
    assert regions.region("321171", on=TODAY) is None  # 镇江新区 is no region of GB/T 2260


def test_the_country_has_34_provinces_333_prefectures_and_its_counties() -> None:
    real = [r for r in regions.regions() if r.in_force(TODAY) and not r.is_demo]
    levels = Counter(r.level for r in real)
    assert (levels["province"], levels["prefecture"]) == (34, 333)
    assert 2840 <= levels["county"] <= 2850


def test_gongzhuling_moved_and_its_old_code_stays_known() -> None:
    (old,) = [r for r in regions.region_history("220381") if r.name_zh == "公主岭市"]
    assert old.valid_to is not None
    assert old.successor == "220184"
    assert regions.region("220381", on=TODAY) is None
    assert regions.region("220381", on=date(2019, 1, 1)) == old
    assert {"220381", "220184"} <= regions.known_codes()


def test_times_of_one_code_do_not_overlap_and_lead_forward() -> None:
    for code in {r.code for r in regions.regions()}:
        rows = regions.region_history(code)
        for earlier, later in pairwise(rows):
            assert earlier.valid_to is not None
            assert earlier.valid_to <= later.valid_from
    for row in regions.regions():
        assert row.valid_to is None or row.valid_from < row.valid_to
        assert row.successor is None or regions.region_history(row.successor), row


def test_present_regions_have_present_parents_and_successors_never_run_in_circles() -> None:
    present = {r.code for r in regions.regions() if r.in_force(TODAY)}
    for row in regions.regions():
        if row.in_force(TODAY):
            assert row.parent is None or row.parent in present, row
        code, seen = row.code, {row.code}
        while (nxt := _next(code)) is not None:
            assert nxt not in seen, (row, nxt)
            seen.add(nxt)
            code = nxt


def _next(code: str) -> str | None:
    last = regions.region_history(code)[-1]
    return last.successor if last.valid_to else None


def test_names_are_romanised_without_leftover_characters() -> None:
    for row in regions.regions():
        assert re.fullmatch(r"[A-Za-zÀ-ÿ'’ \-]+", row.name_en), row


@pytest.mark.parametrize(
    ("code", "english"),
    [
        ("321100", "Zhenjiang City"),
        ("140400", "Changzhi City"),
        ("500000", "Chongqing City"),
        ("222400", "Yanbian Korean Autonomous Prefecture"),
        ("650000", "Xinjiang Uygur Autonomous Region"),
        ("610100", "Xi'an City"),
    ],
)
def test_romanised_names_read_as_people_write_them(code: str, english: str) -> None:
    found = regions.region(code, on=TODAY)
    assert found is not None
    assert found.name_en == english


def test_the_authority_above_a_county_is_its_city() -> None:
    assert regions.city_of("321102") == "321100"
    assert regions.city_of("110101") == "110000"
    assert regions.city_of("429004") == "420000"
    assert regions.city_of("980181") == "980100"


def test_no_real_region_starts_with_98() -> None:
    assert all(r.is_demo == r.code.startswith("98") for r in regions.regions())


def test_scope_items_name_their_department_exactly_when_they_need_approval() -> None:
    for item in store.scope_items():
        assert store.industry(item.industry) is not None, item
        licensed = item.kind == "licensed"
        assert item.kind in ("general", "licensed")
        assert (item.approval in ("pre", "post")) == licensed, item
        for text in (item.department_zh, item.department_en, item.permit_zh, item.permit_en):
            assert (text is not None) == licensed, item
    assert len(store.scope_items()) >= 60
    assert {item.approval for item in store.scope_items()} == {"none", "pre", "post"}


def test_organization_forms_carry_a_pair_that_the_uscc_knows() -> None:
    for form in store.organization_forms():
        assert form.uscc_category in DEPARTMENTS[form.uscc_department], form
        assert form.endings


def test_negative_list_lines_are_marked_as_demonstration_and_point_at_an_industry() -> None:
    for line in store.restrictions():
        assert line.is_demo
        assert store.industry(line.industry) is not None, line
        assert line.effect in ("banned", "needs_approval")


def test_values_of_one_parameter_never_overlap_in_time() -> None:
    by_key: dict[str, list[store.Parameter]] = {}
    for p in store.parameters():
        by_key.setdefault(p.key, []).append(p)
        assert p.operator in ("=", "<=", ">=", "<", ">")
        assert p.name_zh
        assert p.name_en
        assert p.source_doc
    for rows in by_key.values():
        rows.sort(key=lambda p: p.valid_from)
        for earlier, later in pairwise(rows):
            assert earlier.valid_to is not None
            assert earlier.valid_to < later.valid_from


def test_the_notice_of_a_simplified_deregistration_was_45_days_and_is_20() -> None:
    key = "simplified_deregistration.notice_days"
    assert store.parameter(key, on=date(2017, 3, 1)).value == "45"
    assert store.parameter(key, on=date(2021, 7, 29)).value == "45"
    assert store.parameter(key, on=date(2021, 7, 30)).value == "20"
    assert store.parameter(key, on=TODAY).value == "20"


def test_a_parameter_before_its_time_is_a_gap_that_is_named() -> None:
    with pytest.raises(KeyError, match=r"company\.contribution_years_max"):
        store.parameter("company.contribution_years_max", on=date(2020, 1, 1))


def test_every_code_that_a_table_shows_has_its_label() -> None:
    shown = {
        "region_levels": {r.level for r in regions.regions()},
        "industry_levels": {i.level for i in store.industries()},
        "scope_kinds": {i.kind for i in store.scope_items()},
        "scope_approvals": {i.approval for i in store.scope_items()},
        "entity_groups": {f.entity_kind for f in store.organization_forms()},
        "negative_lists": {line.list_name for line in store.restrictions()},
        "restriction_effects": {line.effect for line in store.restrictions()},
        "parameter_units": {p.unit for p in store.parameters()},
    }
    labelled = {entry.name: set(entry.labels) for entry in CODE_LISTS}
    assert labelled.keys() == shown.keys()
    for name, codes in shown.items():
        assert codes <= labelled[name], name
