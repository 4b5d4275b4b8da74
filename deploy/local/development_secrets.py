"""The development secrets of this machine: made once, kept with the data, never in git.

Without them a restart would make every token, every look-up hash and every encrypted field of the
local data useless. Production gets its secrets from elsewhere.
"""

import json
import secrets
from pathlib import Path

from deploy.local.account import write_secret

NAMES = ("SECRET_KEY", "PERSON_KEY", "DATA_KEY", "DEPARTMENTS_CALLBACK_KEY")


def development_secrets(data: Path) -> dict[str, str]:
    """Name -> secret (43 characters, URL-safe); made when missing."""
    file = data / "secrets.json"
    known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    if any(name not in known for name in NAMES):
        known = {name: known.get(name) or secrets.token_urlsafe(32) for name in NAMES}
        write_secret(file, json.dumps(known, indent=2))
    return known
