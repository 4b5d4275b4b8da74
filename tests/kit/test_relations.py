"""In which relations somebody stands to a case, from what is known of both."""

from types import SimpleNamespace

from kit.auth import Actor
from kit.cases.service import relations

CASE = SimpleNamespace(applicant_sub="lin", applicant_org=None, region_code="980101")


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
    assert relations(CASE, officer("liang"), []) == ["officer", "head"]
    assert relations(CASE, officer("liang", "980200"), []) == []


def test_nobody_is_officer_in_their_own_matter() -> None:
    assert relations(CASE, officer("lin"), []) == ["applicant"]
    assert relations(CASE, officer("liang"), ["signatory"]) == ["signatory"]
