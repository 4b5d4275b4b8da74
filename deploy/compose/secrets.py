"""Writes `.env` for docker-compose: secrets made here, once, readable by their owner only.

    python3 -m deploy.compose.secrets        never overwrites; git never sees the file

Needs nothing but Python: it runs before anything is installed. Production takes its secrets from its own
vault by the same names.
"""

import os
import secrets
import sys
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / ".env"
SERVICES = ("REGISTRATION", "FINANCE", "CARRIERS", "GATEWAY")
NAMES = (
    "POSTGRES_PASSWORD",
    *(f"{service}_{role}_PASSWORD" for service in SERVICES for role in ("APP", "OWNER")),
    "SECRET_KEY",
    "PERSON_KEY",
    "DATA_KEY",
    "DEPARTMENTS_CALLBACK_KEY",
)


def main() -> int:
    """Makes the file where it is missing; 0 either way."""
    if FILE.exists():
        print(".env is there already; it stays as it is")
        return 0
    lines = [f"{name}={secrets.token_hex(24)}" for name in NAMES]
    descriptor = os.open(FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("\n".join(lines) + "\n")
    print(f"wrote .env with {len(lines)} secrets (mode 600)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
