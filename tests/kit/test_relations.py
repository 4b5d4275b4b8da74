"""In which relations somebody stands to a case, from what is known of both."""

from dataclasses import replace
from types import SimpleNamespace

from kit.auth import Actor
from kit.cases.service import relations

CASE = SimpleNamespace(
    applicant_sub="lin",
    applicant_org=None,
    region_code="980101",
    departments=["registration", "treasury"],
    facts={},
)


def officer(sub: str, region: str = "980100") -> Actor:
    return Actor(
        sub=sub,
        client_id="window",
        issuer="issuer",
        roles=frozenset({"officer", "head"}),
        org="registration",
        regions=(region,),
    )


def test_an_officer_serves_the_cases_of_the_region() -> None:
    assert relations(CASE, officer("liang"), []) == [
        "officer",
        "head",
        "local_officer",
        "local_head",
    ]
    assert relations(CASE, officer("liang", "980200"), []) == []


def test_nobody_is_officer_in_their_own_matter() -> None:
    assert relations(CASE, officer("lin"), []) == ["applicant"]
    assert relations(CASE, officer("liang"), ["signatory"]) == ["signatory"]


def test_a_joint_department_stands_beside_the_lead_and_a_stranger_nowhere() -> None:
    treasury = replace(officer("zhao"), org="treasury")
    assert relations(CASE, treasury, []) == [
        "treasury_officer",
        "treasury_head",
        "local_treasury_officer",
        "local_treasury_head",
    ]
    assert relations(CASE, replace(officer("zhao"), org="tax"), []) == []


def test_the_province_is_told_from_the_city() -> None:
    province = relations(CASE, officer("gao", "980000"), [])
    assert province == ["officer", "head", "provincial_officer", "provincial_head"]


def test_what_an_organisation_applied_for_is_all_its_people_s_and_nobody_else_s() -> None:
    claim = SimpleNamespace(**vars(CASE) | {"applicant_org": "qingyu-bank"})
    clerk = replace(officer("jin"), roles=frozenset({"bank"}), org="qingyu-bank")
    assert relations(claim, clerk, []) == ["applicant"]
    assert relations(claim, replace(clerk, org="other-bank"), []) == []
    assert relations(claim, replace(officer("wu"), org="qingyu-bank"), []) == []
