"""The contract of simulators/departments/README.md, against the real program."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

Make = Callable[..., Any]
DEPARTMENTS = (
    "tax",
    "seal",
    "social-insurance",
    "medical-insurance",
    "housing-fund",
    "bank",
    "statistics",
)


def eventually(holds: Callable[[], bool], *, what: str) -> None:
    """Asks until it is so; the simulator is another process."""
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until, f"it did not come to this: {what}"
        time.sleep(0.02)


def counts(departments: httpx.Client, department: str = "tax") -> dict[str, int]:
    reply: dict[str, int] = departments.get(f"/admin/counts/{department}").json()
    return reply


@pytest.mark.policy_part("A087")
@pytest.mark.parametrize("department", DEPARTMENTS)
def test_every_department_gives_a_receipt(
    departments: httpx.Client, department: str, a_filing: Make
) -> None:
    reply = departments.post(f"/{department}/filings", json=a_filing(department))
    assert reply.status_code == 200
    assert reply.json()["state"] == "receipted"
    again = departments.get(reply.headers["location"])
    assert again.json()["receipt_number"] == reply.json()["receipt_number"]


def test_the_directory_lists_seven_departments_with_what_they_require(
    departments: httpx.Client, particulars: dict[str, dict[str, Any]]
) -> None:
    items = departments.get("/departments").json()["items"]
    assert {each["path"]: set(each["required"]) for each in items} == {
        path: set(required) for path, required in particulars.items()
    }


def test_a_slow_decision_is_accepted_first_and_told_later(
    departments: httpx.Client, a_filing: Make, behave: Make
) -> None:
    behave("tax", decide_after_ms=1_500)
    reply = departments.post("/tax/filings", json=a_filing())
    assert reply.status_code == 202
    assert reply.json()["state"] == "processing"
    assert reply.json()["receipt_number"] is None
    eventually(
        lambda: departments.get(reply.headers["location"]).json()["state"] == "receipted",
        what="the department has decided",
    )


def test_one_reference_is_one_filing_however_often_it_is_sent(
    departments: httpx.Client, a_filing: Make
) -> None:
    first = departments.post("/tax/filings", json=a_filing())
    with ThreadPoolExecutor(8) as pool:
        replies = list(
            pool.map(lambda _: departments.post("/tax/filings", json=a_filing()), range(40))
        )
    assert {reply.json()["external_id"] for reply in replies} == {first.json()["external_id"]}
    assert all(reply.json()["repeated"] for reply in replies)
    assert counts(departments)["filings"] == 1


def test_a_reference_cannot_be_used_for_other_content(
    departments: httpx.Client, a_filing: Make
) -> None:
    departments.post("/tax/filings", json=a_filing())
    reply = departments.post("/tax/filings", json=a_filing(enterprise_name="另一家有限公司"))
    assert (reply.status_code, reply.json()["code"]) == (409, "reference_reused")


def test_a_second_reference_for_the_same_enterprise_is_told_of_the_first(
    departments: httpx.Client, a_filing: Make
) -> None:
    first = departments.post("/tax/filings", json=a_filing()).json()
    reply = departments.post("/tax/filings", json=a_filing(reference="r-2"))
    assert (reply.status_code, reply.json()["code"]) == (409, "already_registered")
    assert reply.json()["existing"]["receipt_number"] == first["receipt_number"]


def test_a_lost_answer_has_been_filed_and_can_be_asked_for_again(
    departments: httpx.Client, a_filing: Make, behave: Make
) -> None:
    behave("tax", drop_next=1)
    with pytest.raises(httpx.RemoteProtocolError):
        departments.post("/tax/filings", json=a_filing())
    found = departments.get("/tax/filings", params={"reference": "r-1"}).json()["items"]
    assert len(found) == 1
    repeat = departments.post("/tax/filings", json=a_filing())
    assert repeat.json()["external_id"] == found[0]["external_id"]
    assert counts(departments)["filings"] == 1


def test_silence_has_been_filed_too(
    departments: httpx.Client, a_filing: Make, behave: Make
) -> None:
    behave("tax", hang_next=1, hang_ms=2_000)
    with pytest.raises(httpx.ReadTimeout):
        departments.post("/tax/filings", json=a_filing(), timeout=httpx.Timeout(10, read=0.2))
    eventually(lambda: counts(departments)["filings"] == 1, what="it is filed")


def test_a_busy_department_answers_html_and_stores_nothing(
    departments: httpx.Client, a_filing: Make, behave: Make
) -> None:
    behave("tax", fail_next=2)
    replies = [departments.post("/tax/filings", json=a_filing()) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [500, 500, 200]
    assert replies[0].headers["content-type"].startswith("text/html")
    assert counts(departments)["filings"] == 1


def test_maintenance_and_throttling_say_when_to_come_again(
    departments: httpx.Client, a_filing: Make, behave: Make
) -> None:
    until = datetime.now(UTC) + timedelta(hours=1)
    behave("seal", down_until=until.isoformat(), retry_after_s=7)
    down = departments.post("/seal/filings", json=a_filing("seal"))
    assert (down.status_code, down.headers["retry-after"]) == (503, "7")
    behave("seal", throttle_next=1, retry_after_s=3)
    throttled = departments.post("/seal/filings", json=a_filing("seal"))
    assert (throttled.status_code, throttled.headers["retry-after"]) == (429, "3")
    assert departments.post("/seal/filings", json=a_filing("seal")).status_code == 200


def test_a_rejection_names_its_reason_and_leaves_room_for_a_new_reference(
    departments: httpx.Client, a_filing: Make, behave: Make
) -> None:
    behave("bank", reject="premises_unclear")
    rejected = departments.post("/bank/filings", json=a_filing("bank")).json()
    assert (rejected["state"], rejected["reason_code"]) == ("rejected", "premises_unclear")
    assert "住所" in rejected["reason"]
    departments.delete("/admin/behaviour/bank")
    still = departments.post("/bank/filings", json=a_filing("bank")).json()
    assert still["state"] == "rejected"
    fresh = departments.post("/bank/filings", json=a_filing("bank", reference="r-2")).json()
    assert fresh["state"] == "receipted"


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"uscc": "91980101XY00000124"}, "/uscc", "invalid_uscc"),
        ({"uscc": "short"}, "/uscc", "invalid_uscc"),
        ({"particulars": {}}, "/particulars/finance_officer", "missing_field"),
        (
            {"particulars": {"finance_officer": "周明远"}},
            "/particulars/finance_officer",
            "invalid_field",
        ),
    ],
)
def test_the_counter_refuses_what_it_cannot_read(
    departments: httpx.Client, change: dict[str, Any], pointer: str, code: str, a_filing: Make
) -> None:
    reply = departments.post("/tax/filings", json=a_filing(**change))
    assert reply.status_code == 422
    assert reply.json()["errors"] == [{"pointer": pointer, "code": code}]
    assert counts(departments)["filings"] == 0


def test_an_unknown_department_or_filing_is_not_found(
    departments: httpx.Client, a_filing: Make
) -> None:
    assert departments.post("/fishing/filings", json=a_filing()).status_code == 404
    assert departments.get("/tax/filings/tax-000099").status_code == 404
    departments.post("/tax/filings", json=a_filing())
    assert departments.get("/seal/filings/seal-000001").status_code == 404
