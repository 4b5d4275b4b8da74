"""`make policy`: each row of the policies, the tests that prove it, and whether they pass.

Runs only the tests marked `@pytest.mark.policy("A091")` and reads their results from the very run, so that a
row counts as proved only by a test that passed just now. `policy_part` marks what shows a part of a row, or
shows it on prepared data: it is listed and never counted. Ends with 1 when a marked test fails or names a row
that does not exist.
"""

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROWS = Path(__file__).resolve().parents[1] / "docs" / "policy-rows.csv"


@dataclass
class Results:
    """A pytest plugin: which test is marked with which row, and how each test ended.

    Works with and without workers: the rows travel in the reports (see tests/conftest.py).
    """

    marked: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    partly: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    outcomes: dict[str, str] = field(default_factory=dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember the worst of setup, call and teardown; the rows come with the report."""
        for name, row in report.user_properties:
            if name == "policy":
                self.marked[str(row)].add(report.nodeid)
            elif name == "policy_part":
                self.partly[str(row)].add(report.nodeid)
        says_something = report.outcome != "passed" or report.when == "call"
        if says_something and self.outcomes.get(report.nodeid) != "failed":
            self.outcomes[report.nodeid] = report.outcome

    def state(self, row: str) -> str:
        """`passes`, `fails`, `skipped`, `in part` where no test plays the whole row, or `no test`."""
        ended = {self.outcomes.get(test, "not run") for test in self.marked.get(row, ())}
        if not ended:
            return "in part" if row in self.partly else "no test"
        if "failed" in ended or "not run" in ended:
            return "fails"
        return "passes" if "passed" in ended else "skipped"


def read_rows() -> list[dict[str, str]]:
    """The rows of docs/policy-rows.csv."""
    with ROWS.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def table(rows: Iterable[dict[str, str]], results: Results) -> list[str]:
    """One line per row: its id, its state, its words, the tests."""
    signs = {"passes": "✓", "fails": "✗", "skipped": "~", "in part": "◐", "no test": "·"}
    lines = []
    for row in rows:
        state = results.state(row["id"])
        lines.append(f"{signs[state]} {row['id']}  {state:8} {row['service']}  {row['zh'][:60]}")
        shown = results.marked.get(row["id"], set()) | results.partly.get(row["id"], set())
        for test in sorted(shown):
            lines.append(f"      {results.outcomes.get(test, 'not run'):8} {test}")
    return lines


def main(arguments: list[str]) -> int:
    """Run the marked tests, print the table and the counts."""
    results = Results()
    asked = ["-q", "-m", "policy or policy_part", "--no-header", "--continue-on-collection-errors"]
    code = pytest.main([*asked, *arguments], plugins=[results])
    rows = read_rows()
    known = {row["id"] for row in rows}
    print()
    print("\n".join(table(rows, results)))
    counts = Counter(results.state(row["id"]) for row in rows)
    print()
    print(f"{len(rows)} rows: " + ", ".join(f"{n} {state}" for state, n in counts.most_common()))
    unknown = sorted({*results.marked, *results.partly} - known)
    if unknown:
        print(f"✗ marked with rows that do not exist: {', '.join(unknown)}")
    failed = [test for test, outcome in results.outcomes.items() if outcome == "failed"]
    if failed:
        print(f"✗ {len(failed)} marked tests fail")
    # A file that cannot even be collected may hide a marked test.
    broken = code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    if broken and not failed:
        print(f"✗ the run itself ended with status {int(code)}: see above")
    return 1 if unknown or failed or broken else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
