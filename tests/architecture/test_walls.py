"""The import walls stand, and a breach would be seen."""

import shutil
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import grimp

from tests.architecture.source import PACKAGES, ROOT


def _lint(root: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [str(program), "--config", str(root / "pyproject.toml"), "--no-cache"],
        cwd=root,
        env={"PYTHONPATH": str(root), "PATH": "", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_import_walls_stand() -> None:
    done = _lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_breach_of_a_wall_would_be_seen(tmp_path: Path) -> None:
    for package in PACKAGES:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("")
    for service in ("registration", "finance", "carriers"):
        room = tmp_path / "services" / service
        room.mkdir()
        (room / "__init__.py").write_text("")
    filings = tmp_path / "services" / "registration" / "filings"
    for filing in (filings, filings / "establishment", filings / "change_of_domicile"):
        filing.mkdir()
        (filing / "__init__.py").write_text("")
    first = "import services.registration.filings.establishment\n"
    (filings / "change_of_domicile" / "bad.py").write_text(first)
    (tmp_path / "kit" / "bad.py").write_text("import services.finance\n")
    (tmp_path / "services" / "finance" / "bad.py").write_text("import services.carriers\n")
    (tmp_path / "services" / "finance" / "rules.py").write_text("import fastapi\n")
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    done = _lint(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "The kit knows nothing of ours BROKEN" in done.stdout
    assert "Services are independent of each other BROKEN" in done.stdout
    assert "No filing leans on another BROKEN" in done.stdout
    assert "Rules are pure: no database, no HTTP BROKEN" in done.stdout


def test_no_files_import_each_other_in_a_circle_not_even_for_types() -> None:
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    TopologicalSorter(imports).prepare()  # raises CycleError, which names the circle
