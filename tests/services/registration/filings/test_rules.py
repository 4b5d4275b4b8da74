"""What the law asks of an establishment, without a database: each rule alone, and sums that must add up."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.regions.table import known_codes
from kit.workdays import WorkCalendar
from services.registration.codes.resident_id import make_resident_id
from services.registration.filings.establishment import handler, rules
from services.registration.filings.establishment.form import EstablishmentForm
from services.registration.filings.establishment.rules import (
    EstablishmentFacts,
    ReservationFact,
    ScopeItemFact,
)
from tests.services.registration.filings.conftest import CHEN, LIN, ZHOU, form

TODAY = date(2026, 11, 23)
RESERVATION = ReservationFact(
    full_name="云川省青屿市江湾区澄岚软件有限公司",
    region_code="980100",
    organization_form="limited_company",
    held=True,
    expires_on=TODAY + timedelta(days=30),
    promised=False,
)
FACTS = EstablishmentFacts(
    today=TODAY,
    calendar=WorkCalendar(),
    reservation=RESERVATION,
    scope={
        "6511-01": ScopeItemFact("6511-01", "none"),
        "6513-01": ScopeItemFact("6513-01", "none"),
        "PRE": ScopeItemFact("PRE", "pre"),
        "POST": ScopeItemFact("POST", "post"),
        "BAN": ScopeItemFact("BAN", "none", "banned"),
        "NEG": ScopeItemFact("NEG", "none", "needs_approval"),
    },
    known_industries=frozenset({"6513"}),
    known_regions=known_codes(),
    authority_code="980100",
    deciding_authority="980100",
)
ID = "00000000-0000-4000-8000-000000000000"


def made(**changes: Any) -> EstablishmentForm:
    return EstablishmentForm.model_validate(form(ID, **changes))


def codes(wanted: EstablishmentForm, facts: EstablishmentFacts = FACTS) -> set[str]:
    return {finding.code for finding in rules.findings(wanted, facts)}


def judged(wanted: EstablishmentForm, facts: EstablishmentFacts = FACTS) -> set[str]:
    return {judgement.code for judgement in rules.judgements(wanted, facts)}


def test_company_in_order_has_no_finding_and_needs_nobody() -> None:
    assert codes(made()) == set()
    assert judged(made()) == set()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"held": False}, "name_not_reserved"),
        ({"expires_on": TODAY - timedelta(days=1)}, "name_reservation_expired"),
        ({"organization_form": "joint_stock_company"}, "name_form_differs"),
    ],
)
def test_name_must_be_held_in_force_and_of_the_form(change: dict[str, Any], code: str) -> None:
    assert codes(made(), replace(FACTS, reservation=replace(RESERVATION, **change))) == {code}


def test_reservation_is_good_on_its_last_day() -> None:
    last = replace(FACTS, reservation=replace(RESERVATION, expires_on=TODAY))
    assert codes(made(), last) == set()


@pytest.mark.policy_part("C012")
def test_scope_is_open_unless_banned_and_listed_items_need_a_person() -> None:
    assert codes(made(scope_items=["6511-01", "BAN"])) == {"scope_item_banned"}
    assert codes(made(scope_items=["6511-01", "NEG"])) == set()
    assert judged(made(scope_items=["6511-01", "NEG"])) == {"negative_list_item"}


@pytest.mark.policy_part("B022")
def test_post_approval_does_not_hold_up_the_licence_and_pre_approval_does() -> None:
    assert codes(made(scope_items=["6511-01", "POST"])) == set()
    assert judged(made(scope_items=["6511-01", "POST"])) == set()
    assert codes(made(scope_items=["6511-01", "PRE"])) == {"pre_approval_missing"}


@pytest.mark.parametrize(
    ("age_days", "until", "code"),
    [(90, None, None), (91, None, "approval_too_old"), (400, 1, None), (400, -1, "approval_expired"),
     (-1, None, "date_in_future")],
)  # fmt: skip
def test_undated_approval_is_good_for_ninety_days(
    age_days: int, until: int | None, code: str | None
) -> None:
    approval = {
        "scope_item": "PRE",
        "document_number": "演示〔2026〕1号",
        "issued_on": (TODAY - timedelta(days=age_days)).isoformat(),
        "valid_until_on": (TODAY + timedelta(days=until)).isoformat() if until else None,
    }
    wanted = made(scope_items=["6511-01", "PRE"], pre_approvals=[approval])
    assert codes(wanted) == ({code} if code else set())
    assert "pre_approval_to_check" in judged(wanted)


def test_contribution_is_due_within_five_years_to_the_day() -> None:
    def paid_by(day: str) -> EstablishmentForm:
        body = form(ID)
        body["shareholders"][0]["contributed_by_on"] = day
        return EstablishmentForm.model_validate(body)

    assert codes(paid_by("2031-11-23")) == set()
    assert codes(paid_by("2031-11-24")) == {"contribution_too_late"}


@given(
    shares=st.lists(st.integers(1, 10**12), min_size=1, max_size=20),
    error=st.integers(-(10**6), 10**6),
)
def test_capital_is_the_sum_of_the_contributions(shares: list[int], error: int) -> None:
    numbers = [make_resident_id("980101", date(1980, 1, 1), n) for n in range(1, len(shares) + 1)]
    people = [{"name": "陈若溪", "id_number": n, "phone": "00013800001"} for n in numbers]
    total = max(1, sum(shares) + error)
    holders = [
        {"kind": "natural_person", "name": who["name"], "signer": who, "subscribed_fen": share,
         "method": "money", "contributed_by_on": "2030-01-01"}
        for who, share in zip(people, shares, strict=True)
    ]  # fmt: skip
    wanted = made(shareholders=holders, registered_capital_fen=total)
    assert ("contributions_do_not_add_up" in codes(wanted)) == (total != sum(shares))


def _officers(*positions: tuple[str, dict[str, str]]) -> list[dict[str, Any]]:
    return [{"position": position, **who} for position, who in positions]


@pytest.mark.parametrize(
    ("officers", "waived", "code"),
    [
        (_officers(("manager", LIN)), True, "director_required"),
        (_officers(("director", LIN), ("director", ZHOU)), True, "board_of_two"),
        (_officers(("director", LIN), ("director", ZHOU), ("director", CHEN)), True,
         "one_chair_required"),
        (_officers(("chair", LIN), ("director", ZHOU), ("director", CHEN)), True, None),
        (_officers(("director", LIN)), False, "supervisor_required"),
        (_officers(("director", LIN), ("supervisor", ZHOU)), True, "supervisor_waived_but_named"),
        (_officers(("director", LIN), ("supervisor", ZHOU)), False, None),
        (_officers(("director", LIN), ("director", LIN)), True, "position_repeated"),
        (_officers(("director", ZHOU)), True, "legal_representative_not_in_command"),
    ],
)  # fmt: skip
def test_offices_that_exclude_or_require_each_other(
    officers: list[dict[str, Any]], waived: bool, code: str | None
) -> None:
    found = codes(made(officers=officers, supervisor_waived=waived))
    assert found == ({code} if code else set())


def test_finance_officer_cannot_supervise_himself() -> None:
    wanted = made(
        officers=_officers(("director", LIN), ("supervisor", ZHOU)),
        supervisor_waived=False,
        finance_officer=ZHOU,
    )
    assert codes(wanted) == {"supervisor_in_command"}


@pytest.mark.parametrize(
    "method",
    ["labour", "credit", "personal_name", "goodwill", "franchise", "encumbered_property"],
)
def test_methods_that_the_law_bars_are_refused(method: str) -> None:
    body = form(ID)
    body["shareholders"][0]["method"] = method
    assert codes(EstablishmentForm.model_validate(body)) == {"contribution_method_banned"}


@pytest.mark.parametrize("method", ["in_kind", "intellectual_property", "equity"])
def test_other_property_is_lawful_but_needs_an_eye(method: str) -> None:
    body = form(ID)
    body["shareholders"][0]["method"] = method
    wanted = EstablishmentForm.model_validate(body)
    assert codes(wanted) == set()
    assert judged(wanted) == {"contribution_to_value"}


def test_barred_person_may_hold_shares_but_no_office() -> None:
    barred = replace(FACTS, barred={LIN["id_number"]: "bankruptcy"})
    assert codes(made(), barred) == {"person_barred_from_office"}
    only_holder = made(
        holders=(LIN,),
        officers=_officers(("director", ZHOU)),
        legal_representative=ZHOU,
    )
    assert codes(only_holder, barred) == set()


@pytest.mark.parametrize(
    ("born", "finding", "judgement"),
    [
        (date(2008, 11, 23), set(), set()),
        (date(2008, 11, 24), set(), {"minor"}),
        (date(2010, 11, 24), {"under_age"}, {"minor"}),
    ],
)
def test_age_of_who_commands(born: date, finding: set[str], judgement: set[str]) -> None:
    young = {
        "name": "余小禾",
        "id_number": make_resident_id("980101", born, 21),
        "phone": "00013800009",
    }
    wanted = made(holders=(young,))
    assert codes(wanted) == finding
    assert judged(wanted) == judgement


@pytest.mark.policy_part("B023")
def test_shared_address_is_lawful_with_room_enough_and_needs_an_eye() -> None:
    def at(kind: str, area: int, scope: list[str] | None = None) -> EstablishmentForm:
        place = {
            "region_code": "980101",
            "street": "创业路88号共享层",
            "kind": kind,
            "area_m2": area,
        }
        return made(domicile=place, scope_items=scope or ["6511-01"])

    assert codes(at("shared", 5)) == set()
    assert judged(at("shared", 5)) == {"shared_address"}
    assert codes(at("shared", 4)) == {"area_too_small"}
    assert codes(at("leased", 4)) == set()
    assert "hosted_address_for_pre_approval" in codes(at("hosted", 9, ["6511-01", "PRE"]))


def test_address_must_lie_under_the_authority_that_keeps_the_name() -> None:
    elsewhere = replace(FACTS, authority_code="980200")
    assert codes(made(), elsewhere) == {"address_outside_name_region"}
    assert codes(made(), replace(FACTS, authority_code=None)) == {"region_not_served"}


def test_company_as_shareholder_needs_a_right_code_and_an_eye() -> None:
    body = form(ID)
    holder = body["shareholders"][0] | {"kind": "enterprise", "name": "某某有限公司"}
    for uscc, expected in ((None, {"uscc_required"}), ("91980101XY00000136", {"uscc_invalid"}),
                           ("91980101XY00000123", set())):  # fmt: skip
        wanted = EstablishmentForm.model_validate(
            body | {"shareholders": [holder | {"uscc": uscc}]}
        )
        assert codes(wanted) == expected
        assert judged(wanted) - {"uscc_to_check"} == {"corporate_shareholder"}


def test_one_number_cannot_have_two_names() -> None:
    assert codes(made(liaison=LIN | {"name": "林小舟"})) == {"one_number_two_names"}


def test_each_finding_names_its_law_and_its_place() -> None:
    wanted = made(registered_capital_fen=3, supervisor_waived=False, scope_items=["BAN", "BAN"])
    for finding in rules.findings(wanted, FACTS):
        assert finding.values["legal_basis"]
        assert finding.pointer.startswith("/")


def test_who_knows_the_case_cannot_foresee_whether_it_is_sampled() -> None:
    """A founder reads the id from the first draft on; only the key decides."""
    case = "6f1a0f0e-3f0a-4a53-9e10-6a9a3c1f7d11"
    drawn = {handler._is_sampled(case, f"secret-{number}") for number in range(200)}
    assert drawn == {True, False}
    hits = sum(handler._is_sampled(f"case-{number}", "secret") for number in range(5_000))
    assert 400 < hits < 600
