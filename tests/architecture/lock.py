"""The lock pins every package by hash and names no host: it must work behind any index."""

import re
import sys
from pathlib import Path

_HOST = re.compile(r"://|^\s*(--|-i\b|-f\b|-e\b)(?!hash=)|\s@\s", re.MULTILINE)
_PINNED = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*(\[[^\]]+\])?==\S+")


def offences(text: str) -> list[str]:
    """What is wrong with a lock: lines that name a place, packages without a hash."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.partition("#")[0] if line.lstrip().startswith("#") else line
        if re.search(r"://", line) or (bare.strip() and _HOST.search(bare.replace("--hash=", ""))):
            found.append(f"line {number} names a place: {line.strip()[:80]}")
    for entry in re.split(r"\n(?=\S)", text):
        if _PINNED.match(entry) and "--hash=sha256:" not in entry:
            found.append(f"without a hash: {entry.splitlines()[0]}")
    return found


def main(file: str) -> int:
    """Print the offences; 1 when there are any."""
    found = offences(Path(file).read_text(encoding="utf-8"))
    for line in found:
        print(f"✗ {file}: {line}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
