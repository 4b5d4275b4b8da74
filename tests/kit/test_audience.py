"""Who may hear of a case: a draft is nobody's business but its applicant's and the province's."""

from datetime import UTC, datetime
from types import SimpleNamespace

from kit.cases.service import audience_of
from kit.matters import CaseState


def heard_by(**changes):
    case = {
        "applicant_sub": "s1",
        "applicant_person": None,
        "applicant_org": None,
        "region_code": "980101",
        "departments": ["science", "treasury"],
        "submitted_at": None,
    }
    rest = dict.fromkeys(set(CaseState.__dataclass_fields__) - set(case))
    context = SimpleNamespace(
        case=CaseState(**{**rest, **case, **changes}),
        parties=None,
        present_parties=[("org:a-bank", "bank")],
    )
    return set(audience_of(context))


def test_a_draft_is_heard_of_by_its_applicant_its_parties_and_the_staff_at_large():
    assert heard_by() == {"sub:s1", "staff", "org:a-bank"}


def test_a_submitted_case_is_heard_of_by_its_departments_in_its_region():
    more = heard_by(submitted_at=datetime(2026, 11, 22, tzinfo=UTC)) - heard_by()
    assert more == {"staff:science:980101", "staff:treasury:980101"}
