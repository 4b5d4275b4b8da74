"""`python -m services.registration.licences.verify`: check a licence with no network at all.

    python -m services.registration.licences.verify --text "https://…/verify?t=…" \\
        --keys licence-keys.json --status-list 0.jwt [--licence licence.jws]

Exit 0 only for a valid licence; 1 otherwise; 2 for unusable arguments. It opens only the files that
it is given and no socket.
"""

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from services.registration.licences.offline import Verdict, verify_offline


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="licence-verify", description="离线核验营业执照")
    parser.add_argument(
        "--text", required=True, help="what the QR says, or @file with a licence JWS"
    )
    parser.add_argument("--keys", required=True, type=Path, help="saved GET /licence-keys (JWKS)")
    parser.add_argument("--status-list", type=Path, help="saved GET /licence-status-lists/{n}")
    parser.add_argument("--licence", type=Path, help="the licence JWS, to compare with the QR")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Print the finding as JSON and return the exit code."""
    options = _arguments().parse_args(arguments)
    try:
        keys = {key["kid"]: key for key in json.loads(options.keys.read_text())["keys"]}
        text = options.text
        if text.startswith("@"):
            text = Path(text[1:]).read_text()
        status = options.status_list.read_text().strip() if options.status_list else None
        whole = options.licence.read_text().strip() if options.licence else None
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"cannot read the arguments: {error}", file=sys.stderr)
        return 2
    finding = verify_offline(
        text, keys=keys, status_token=status, now=datetime.now(UTC), licence_jws=whole
    )
    shown = asdict(finding.shown) if finding.shown else None
    if finding.shown and finding.shown.content:
        shown = (shown or {}) | {"content": finding.shown.content.model_dump(mode="json")}
    answer = {"verdict": finding.verdict, "reasons": finding.reasons, "shown": shown}
    print(json.dumps(answer, ensure_ascii=False, indent=2))
    return 0 if finding.verdict is Verdict.valid else 1


if __name__ == "__main__":
    raise SystemExit(main())
