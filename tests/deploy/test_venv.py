"""The script that makes the virtual environment says in one sentence what is missing."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout without a virtual environment."""
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy", ignore=shutil.ignore_patterns("*.pyc"))
    (tmp_path / "requirements.lock").write_text("# nothing\n")
    return tmp_path


def _program(folder: Path, name: str, body: str) -> Path:
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)
    return program


def _make(
    checkout: Path, *, path: str = "/usr/local/bin:/usr/bin:/bin", **env: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "deploy/venv.sh"],
        cwd=checkout,
        env={"PATH": path, **env},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_wrong_python_gets_a_sentence(checkout: Path) -> None:
    done = _make(checkout, PYTHON="no-such-python")
    assert done.returncode == 1
    assert done.stderr.startswith("✗ PYTHON=no-such-python is not there.")


def test_an_old_python_gets_a_sentence_with_its_version(checkout: Path) -> None:
    old = _program(
        checkout / "old", "python3", 'case "$*" in *platform*) echo 3.9.2;; *) exit 1;; esac'
    )
    done = _make(checkout, PYTHON=str(old))
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "is 3.9.2" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_python_at_all_gets_a_sentence(checkout: Path) -> None:
    tools = checkout / "tools"
    tools.mkdir()
    done = _make(checkout, path=str(tools))
    assert done.returncode == 1
    assert "there is no python3 on this machine" in done.stderr


def test_a_python_without_the_venv_module_gets_a_sentence(checkout: Path) -> None:
    body = 'case "$*" in *"import venv"*) exit 1;; *version_info\\[:2\\]*) exec python3 "$@";; esac'
    partial = _program(checkout / "partial", "python3.11", body)
    done = _make(checkout, PYTHON=str(partial))
    assert done.returncode == 1
    assert "lacks the module venv" in done.stderr
    assert "apt install python" in done.stderr


def test_it_makes_the_environment_once_for_one_lock(checkout: Path) -> None:
    first = _make(checkout)
    assert first.returncode == 0, first.stderr
    assert (checkout / ".venv/bin/python").exists()
    assert "installing" in first.stderr
    second = _make(checkout)
    assert (second.returncode, second.stderr) == (0, "")


def test_a_package_whose_hash_differs_is_refused(checkout: Path) -> None:
    wheels = checkout / "wheels"
    wheels.mkdir()
    (wheels / "tiny-1-py3-none-any.whl").write_bytes(b"not what was locked")
    (checkout / "requirements.lock").write_text("tiny==1 \\\n    --hash=sha256:" + "0" * 64 + "\n")
    done = _make(checkout, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(wheels))
    assert done.returncode == 1
    assert "DO NOT MATCH THE HASHES" in done.stderr
    assert "✗ The packages could not be installed" in done.stderr
    assert not (checkout / ".venv/.made-from").exists()
