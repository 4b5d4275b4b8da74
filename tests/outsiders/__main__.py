"""`make outsiders`: every document through Spectral, Redocly and three generators, each client type-checked.

Needs node and npm, and once a package registry. Ends with 1 where a tool finds an error, and where the
linters find none in a document that is bad on purpose.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.outsiders.documents import write_bad_document, write_documents

HERE = Path(__file__).parent
BIN = HERE / "node_modules" / ".bin"
MUST_FIND = {
    "owasp:api4:2023-string-limit",
    "owasp:api4:2023-array-limit",
    "owasp:api4:2023-integer-limit",
    "owasp:api1:2023-no-numeric-ids",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What one tool said of one document."""

    tool: str
    document: str
    errors: int
    said: str = ""


def _run(command: Sequence[str | Path], *, cwd: Path = HERE) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "REDOCLY_TELEMETRY": "off", "NO_COLOR": "1"}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip


def install() -> None:
    """The tools that package-lock.json names. Raises SystemExit with npm's complaint."""
    if not shutil.which("npm"):
        raise SystemExit("✗ make outsiders needs node and npm")
    lock = HERE / "package-lock.json"
    done = HERE / "node_modules" / ".package-lock.json"
    if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
        return
    ran = _run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"])
    if ran.returncode:
        raise SystemExit(f"✗ npm ci failed:\n{ran.stderr[-2000:]}")


def spectral(name: str, folder: Path) -> tuple[Found, set[str]]:
    """Errors of Spectral's rules for OpenAPI and the OWASP rules, and the rules that found them."""
    ran = _run(
        [
            BIN / "spectral",
            "lint",
            "-r",
            "spectral.yaml",
            "-f",
            "json",
            "--quiet",
            folder / f"{name}.json",
        ]
    )
    try:
        errors = [one for one in json.loads(ran.stdout) if one["severity"] == 0]
    except json.JSONDecodeError:
        return Found("spectral", name, 1, ran.stdout + ran.stderr), set()
    said = "\n".join(f"{e['code']} at {'/'.join(map(str, e['path']))}" for e in errors[:20])
    return Found("spectral", name, len(errors), said), {e["code"] for e in errors}


def redocly(name: str, folder: Path) -> Found:
    ran = _run(
        [
            BIN / "redocly",
            "lint",
            "--config",
            "redocly.yaml",
            "--format",
            "json",
            folder / f"{name}.json",
        ]
    )
    try:
        found = json.loads(ran.stdout[ran.stdout.index("{") :])
    except ValueError:
        return Found("redocly strict", name, 1, ran.stdout + ran.stderr)
    said = "\n".join(f"{p['ruleId']}: {p['message']}" for p in found["problems"][:20])
    return Found("redocly strict", name, len(found["problems"]), said)


def typescript(name: str, folder: Path) -> Iterable[Found]:
    """Two generators, each with what `tsc --strict` says of the client that it made."""
    document, out = folder / f"{name}.json", folder / f"ts-{name}"
    made = {
        "openapi-typescript": [
            BIN / "openapi-typescript",
            document,
            "-o",
            out / "types" / "api.ts",
        ],
        "hey-api": [
            BIN / "openapi-ts",
            "-i",
            document,
            "-o",
            out / "hey",
            "--logs",
            str(folder),
            "--silent",
        ],
    }
    for tool, command in made.items():
        ran = _run(command)
        if ran.returncode:
            yield Found(tool, name, 1, ran.stdout + ran.stderr)
            continue
        where = out / ("types" if tool == "openapi-typescript" else "hey")
        settings = {"extends": str(HERE / "tsconfig.json"), "include": [f"{where}/**/*.ts"]}
        config = where / "tsconfig.json"
        config.write_text(json.dumps(settings), encoding="utf-8")
        checked = _run([BIN / "tsc", "-p", config])
        yield Found(f"{tool} + tsc", name, checked.stdout.count("error TS"), checked.stdout[:2000])


def python(name: str, folder: Path) -> Found:
    """openapi-python-client without one warning, its models and calls under mypy. Its `client.py` is the same
    for every document and not ours."""
    programs = Path(sys.executable).parent
    package = f"yichuang_{name}"
    ran = _run(
        [
            programs / "openapi-python-client", "generate", "--path", folder / f"{name}.json",
            "--meta", "none", "--output-path", folder / package, "--overwrite",
            "--config", HERE / "python-client.yaml",
        ],
        cwd=folder,
    )  # fmt: skip
    said = ran.stdout + ran.stderr
    warnings = sum(said.count(word) for word in ("WARNING parsing", "Unable to"))
    if ran.returncode or warnings:
        return Found("openapi-python-client", name, max(1, warnings), said[:2000])
    checked = _run(
        [programs / "mypy", "--no-incremental", "--follow-imports=silent", "--config-file", os.devnull,
         f"{package}/models", f"{package}/api"],
        cwd=folder,
    )  # fmt: skip
    return Found(
        "openapi-python-client + mypy",
        name,
        checked.stdout.count(": error:"),
        checked.stdout[-2000:],
    )


def main() -> int:
    """0 when every tool finds nothing to complain of."""
    install()
    with tempfile.TemporaryDirectory(prefix="outsiders-") as made:
        folder = Path(made)
        _, rules = spectral(write_bad_document(folder), folder)
        if missed := MUST_FIND - rules:
            print(f"✗ the linter does not look: {sorted(missed)} found nothing in a bad document")
            return 1
        found: list[Found] = []
        for name in write_documents(folder):
            found += [spectral(name, folder)[0], redocly(name, folder), python(name, folder)]
            found += typescript(name, folder)
    for one in found:
        print(f"{'✗' if one.errors else '✓'} {one.document:13} {one.tool:30} {one.errors} errors")
        if one.errors:
            print(one.said)
    failed = sum(1 for one in found if one.errors)
    print(f"{len(found) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
