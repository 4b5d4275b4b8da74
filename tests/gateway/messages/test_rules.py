"""Whom an event concerns and in which words, without a database."""

from uuid import UUID, uuid4

import pytest

from contracts.events.catalogue import PAYLOADS
from gateway.inbox.outside import open_fields
from gateway.messages import rules

CASE = "0193b7a0-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("service", "action", "target", "template"),
    [
        ("registration", "request_correction", "correction_requested", "correction"),
        ("registration", "approve", "registered", "registered"),
        ("registration", "refuse", "refused", "refused"),
        ("registration", "decline", "draft", "signing_declined"),
        ("registration", "submit", "submitted", None),
        ("finance", "approve", "approved", "loan_offer"),
        ("finance", "decline", "declined", "refused"),
        ("finance", "request_information", "information_requested", "information"),
        ("carriers", "admit", "offered", "tenancy_offer"),
        ("carriers", "approve", "entered", "approved"),
        ("carriers", "withdraw", "withdrawn", None),
        ("finance", "hand_over", "submitted", "handed_over"),
        ("finance", "take_over", "submitted", None),
    ],
)
def test_a_move_of_somebody_else_is_news(
    service: str, action: str, target: str, template: str | None
) -> None:
    data = {
        "case_id": CASE,
        "reference": "D1",
        "matter": {"finance": "loan-application"}.get(service, "other"),
        "action": action,
        "target": target,
    }
    told = rules.told_by(f"{service}.case.moved.v1", data)
    assert told == ((template, f"/cases/{CASE}") if template else None)


def test_an_approved_subsidy_is_no_loan_to_be_signed() -> None:
    data = {"case_id": CASE, "reference": "B1", "action": "approve", "target": "approved"}
    told = rules.told_by("finance.case.moved.v1", data | {"matter": "premium-subsidy"})
    assert told == ("approved", f"/cases/{CASE}")


def test_only_people_are_written_to() -> None:
    account = uuid4()
    readers = ["public", "staff", "staff:science:98", "org:bank", f"sub:{account}", "sub:demo-bank"]
    assert rules.concerned([*readers, "person:ab"]) == ([UUID(str(account))], ["ab"])


def test_every_page_named_can_be_made_of_what_leaves_the_house() -> None:
    for type_, (template, href) in rules._OTHERS.items():
        assert type_ in PAYLOADS
        assert template in rules.TEMPLATES
        data = dict.fromkeys(open_fields(type_), "x")
        assert "{" not in href.format_map(data)


def test_every_template_that_is_used_exists_and_says_the_same_in_both_languages() -> None:
    used = {*rules._MOVES.values(), *rules._DECLINED.values(), *rules._APPROVED.values()}
    assert used <= set(rules.TEMPLATES)
    for name, template in rules.TEMPLATES.items():
        assert ("{reference}" in template.zh) == ("{reference}" in template.en), name
        text = rules.outside_text(name, {"reference": "D2026"}, url="http://x/y")
        assert text.startswith("【一窗】")
        assert len(text) <= 300
