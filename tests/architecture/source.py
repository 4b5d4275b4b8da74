"""Reads our own source as trees, and finds in it what the manner of the house forbids.

Each finder takes files and returns offences as `path:line what`, so that a test can show both that
the house is clean and that the finder sees a dirty one.
"""

import ast
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("kit", "contracts", "services", "gateway", "simulators", "deploy")

_SECRETS = (
    re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
    re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36}\b"),
    re.compile(r"\bxox[abp]-[0-9A-Za-z-]{20,}"),
    re.compile(r"://[^/\s:@\"'{}]+:[^/\s:@\"'{}…]{12,}@"),
)
_PLACES = re.compile(r"(?<![\w.])/(?:work|home/[a-z]\w*|Users/\w+)/")


def tracked(root: Path = ROOT) -> list[Path]:
    """Every text file that git tracks or would (ignored files left out)."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:  # an unpacked archive: no git, nothing ignored lies about
        return [p for p in root.rglob("*") if p.is_file() and ".venv" not in p.parts]
    names = [name for name in listed.stdout.decode().split("\0") if name]
    return [root / name for name in names if (root / name).is_file()]


def modules(*packages: str, root: Path = ROOT) -> list[Path]:
    """The Python files of our packages."""
    return sorted(p for name in packages or PACKAGES for p in (root / name).rglob("*.py"))


def trees(files: Iterable[Path]) -> Iterator[tuple[Path, ast.Module]]:
    """Each file with its syntax tree."""
    for file in files:
        yield file, ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def _at(file: Path, node: ast.AST, what: str) -> str:
    place = file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
    return f"{place}:{getattr(node, 'lineno', 1)} {what}"


def commits(files: Iterable[Path]) -> list[str]:
    """Calls of `….commit()`: the one place for it is kit/db.py."""
    return [
        _at(file, node, "commits a transaction")
        for file, tree in trees(files)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
    ]


def names_used(files: Iterable[Path], *, forbidden: set[str]) -> list[str]:
    """Uses or imports of names that do not belong there."""
    found = []
    for file, tree in trees(files):
        for node in ast.walk(tree):
            name = node.id if isinstance(node, ast.Name) else None
            name = node.attr if isinstance(node, ast.Attribute) else name
            name = node.name if isinstance(node, ast.alias) else name
            if name in forbidden:
                found.append(_at(file, node, f"uses {name}"))
    return found


def tables(files: Iterable[Path]) -> set[str]:
    """The names of the classes declared with `table=True`."""
    return {
        node.name
        for _, tree in trees(files)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(
            k.arg == "table" and isinstance(k.value, ast.Constant) and k.value.value is True
            for k in node.keywords
        )
    }


def _is_route(node: ast.AST) -> list[ast.Call]:
    if not isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef):
        return []
    verbs = {"get", "post", "put", "patch", "delete"}
    return [
        d
        for d in node.decorator_list
        if isinstance(d, ast.Call)
        and isinstance(d.func, ast.Attribute)
        and d.func.attr in verbs
        and isinstance(d.func.value, ast.Name)
        and "router" in d.func.value.id
    ]


def routes_without_reply(files: Iterable[Path]) -> list[str]:
    """Routes that declare no return type: a list costs eleven times as much without one."""
    return [
        _at(file, node, f"{node.name} declares no return type")
        for file, tree in trees(files)
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)
        and _is_route(node)
        and node.returns is None
    ]


def tables_returned(files: Iterable[Path], *, tables: set[str]) -> list[str]:
    """Routes whose reply is a table: what is stored would leave the house unread."""
    found = []
    for file, tree in trees(files):
        for node in ast.walk(tree):
            for decorator in _is_route(node):
                replies = [k.value for k in decorator.keywords if k.arg == "response_model"]
                returns = getattr(node, "returns", None)
                for reply in [*replies, *([returns] if returns is not None else [])]:
                    used = {n.id for n in ast.walk(reply) if isinstance(n, ast.Name)} & tables
                    found += [_at(file, node, f"returns the table {name}") for name in used]
    return found


def without_docstring(files: Iterable[Path]) -> list[str]:
    """Modules with code that do not say why they exist."""
    return [
        _at(file, tree, "has no module docstring")
        for file, tree in trees(files)
        if tree.body and ast.get_docstring(tree) is None
    ]


def too_long(files: Iterable[Path], *, limit: int) -> list[str]:
    """Files of more lines than that."""
    counted = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    return [
        f"{file.relative_to(ROOT) if file.is_relative_to(ROOT) else file}: {lines} lines"
        for file, lines in counted.items()
        if lines > limit
    ]


def secrets(files: Iterable[Path]) -> list[str]:
    """Keys, tokens and passwords in addresses."""
    return _lines(files, lambda line: any(p.search(line) for p in _SECRETS), "holds a secret")


def places(files: Iterable[Path]) -> list[str]:
    """Paths that exist on one person's machine only."""
    return _lines(files, lambda line: bool(_PLACES.search(line)), "names a place on one machine")


def _lines(files: Iterable[Path], bad, what: str) -> list[str]:  # type: ignore[no-untyped-def]
    found = []
    for file in files:
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if bad(line):
                place = file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
                found.append(f"{place}:{number} {what}")
    return found
