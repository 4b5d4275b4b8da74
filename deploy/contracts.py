"""`make contracts`: write the OpenAPI document of each service, or check that the written ones are true.

    python -m deploy.contracts           writes contracts/openapi/{service}.json
    python -m deploy.contracts --check   fails where a document differs from its app (drift), or breaks
                                         what the last commit promised (deploy/contract_changes.py)

Each app prints its own document in a process of its own, without a database: nothing of a service is
imported here.
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from deploy.contract_changes import breaking_changes

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "contracts" / "openapi"
PROGRAMS = {
    "registration": "services.registration",
    "finance": "services.finance",
    "carriers": "services.carriers",
    "gateway": "gateway",
}


def printed(service: str) -> str:
    """What the app says now, as it is committed. Raises SystemExit with the app's own complaint."""
    command = [sys.executable, "-m", PROGRAMS[service], "openapi"]
    environment = {**os.environ, "ENVIRONMENT": "development", "LOG_LEVEL": "WARNING"}
    done = subprocess.run(  # noqa: S603  our own programs
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"✗ {service} cannot print its document:\n{done.stderr.strip()[-2000:]}")
    document = json.loads(done.stdout)
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=False) + "\n"


def committed(service: str, revision: str = "HEAD") -> dict[str, Any] | None:
    """The document of a commit, None where there is none yet (or no repository)."""
    path = f"{revision}:contracts/openapi/{service}.json"
    done = subprocess.run(  # noqa: S603  reads only
        ["git", "show", path],  # noqa: S607
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found: dict[str, Any] | None = json.loads(done.stdout) if done.returncode == 0 else None
    return found


def write(documents: dict[str, str]) -> None:
    """Write what differs, and say so."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for service, text in documents.items():
        path = FOLDER / f"{service}.json"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"  wrote {path.relative_to(ROOT)}")


def drifted(documents: dict[str, str]) -> list[str]:
    """The services whose committed document is not what the app says."""
    return [
        service
        for service, text in documents.items()
        if not (FOLDER / f"{service}.json").exists()
        or (FOLDER / f"{service}.json").read_text(encoding="utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    """0 when all is well."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        documents = dict(zip(PROGRAMS, pool.map(printed, PROGRAMS), strict=True))
    failures: list[str] = []
    for service, text in documents.items():
        before = committed(service)
        if before is not None:
            broken = breaking_changes(before, json.loads(text))
            failures += [f"✗ {service}: {change}" for change in broken]
    if failures:
        print("Breaking changes against the last commit: a new /v2, or only additions, please.")
    if "--check" in arguments:
        failures += [
            f"✗ {service}: contracts/openapi/{service}.json is not what the app says: make contracts"
            for service in drifted(documents)
        ]
    else:
        write(documents)
    print("\n".join(failures) if failures else "contracts: nothing broken")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
