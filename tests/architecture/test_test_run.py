"""What the test run itself promises: no silent skip in CI, a sentence where a browser is missing."""

import os
import subprocess
import sys
from pathlib import Path

from tests.architecture.source import ROOT
from tests.fixtures.browser import HOW_TO_GET

_SKIPS = "import pytest\n\ndef test_a(): pass\n\ndef test_b(): pytest.skip('later')\n"
_BROWSES = "import pytest\n\n@pytest.mark.browser\ndef test_a(): pass\n"


def _run(folder: Path, text: str, **env: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_sample.py").write_text(text)
    kept = {k: v for k, v in os.environ.items() if k not in {"CI", "YICHUANG_TEST_RUN"}}
    kept = {k: v for k, v in kept.items() if not k.startswith("PYTEST")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-rs", "-q", str(folder)],
        cwd=ROOT,
        env={**kept, "PYTHONPATH": str(ROOT), **env},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_skip_passes_at_home_and_fails_in_ci(tmp_path: Path) -> None:
    assert _run(tmp_path, _SKIPS).returncode == 0
    in_ci = _run(tmp_path, _SKIPS, CI="true")
    assert in_ci.returncode == 1
    assert "CI lets no test be skipped: 1 were." in in_ci.stdout


def test_without_a_browser_the_test_says_how_to_get_one(tmp_path: Path) -> None:
    nowhere = {"PATH": "/nowhere", "PLAYWRIGHT_BROWSERS_PATH": "/nowhere", "COLUMNS": "400"}
    at_home = _run(tmp_path, _BROWSES, **nowhere)
    assert at_home.returncode == 0, at_home.stdout
    assert HOW_TO_GET in at_home.stdout
    in_ci = _run(tmp_path, _BROWSES, CI="true", **nowhere)
    assert in_ci.returncode == 1
    assert "CI may not skip browser tests" in in_ci.stdout
