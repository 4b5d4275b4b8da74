"""`make policy` counts a row as proved only by a test that passed just now."""

from pathlib import Path

import pytest

from tests.policy_report import Results, read_rows, table


def _results(**outcomes: str) -> Results:
    results = Results()
    for name, outcome in outcomes.items():
        results.marked["A001"].add(name)
        if outcome != "not run":
            results.outcomes[name] = outcome
    return results


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ({}, "no test"),
        ({"a": "passed"}, "passes"),
        ({"a": "passed", "b": "failed"}, "fails"),
        ({"a": "passed", "b": "not run"}, "fails"),
        ({"a": "skipped"}, "skipped"),
        ({"a": "passed", "b": "skipped"}, "passes"),
    ],
)
def test_a_row_is_as_good_as_its_worst_test(outcomes: dict[str, str], state: str) -> None:
    assert _results(**outcomes).state("A001") == state


def test_what_shows_a_part_of_a_row_never_proves_it() -> None:
    results = _results()
    results.partly["A001"].add("a")
    results.outcomes["a"] = "passed"
    assert results.state("A001") == "in part"


def test_every_row_of_the_policies_is_printed_once() -> None:
    rows = read_rows()
    assert len(rows) == 292
    assert len({row["id"] for row in rows}) == 292
    assert len(table(rows, Results())) == 292


def test_every_marked_row_exists() -> None:
    known = {row["id"] for row in read_rows()}
    root = Path(__file__).resolve().parents[1]
    marked = {
        part.split('"')[1]
        for file in root.rglob("test_*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.lstrip().startswith(("@pytest.mark.policy(", "@pytest.mark.policy_part("))
        for part in line.split(",")
        if part.count('"') >= 2
    }
    assert marked - known == set()
