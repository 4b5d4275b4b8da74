"""`make schemathesis`: generated good and bad input against the OpenAPI of all four services.

    python -m tests.contracts.fuzz [--examples 10] [registration finance carriers gateway]

Starts a house of its own, goes through its front door as nobody and as each kind of caller (CALLERS), and
asks of each reply: no 5xx, a documented status, the documented type and schema. Reads the merged document,
because the edge itself answers too (a malformed path, a body too large). Ends with 1 on a failure.
What schemathesis calls acceptance (a rule refuses what the schema allows) is no fault here and not asked.
"""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from deploy.local.account import temporary_data_folder
from gateway.identity.demo import SANDBOX_SECRET
from tests.fixtures.house import start_house
from tests.journeys.people import Person

SERVICES = ("registration", "finance", "carriers", "gateway")
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
BANK_PROGRAM = "demo-bank-sandbox"
# who calls what: keys of demo accounts, nobody, and a bank's own program
CALLERS: dict[str | None, tuple[str, ...]] = {
    None: SERVICES,
    "founder": SERVICES,
    "administrator": SERVICES,
    "officer": ("registration",),
    "tax": ("registration",),
    "science": ("finance", "carriers"),
    "treasury": ("finance",),
    "bank": ("finance",),
    BANK_PROGRAM: ("finance", "gateway"),
    "carrier_operator": ("carriers",),
    "expert": ("carriers",),
}
# A signed-in caller that ends its own session would be nobody for the rest of the run.
_ENDS_ITSELF = r"|(revoke|sign-out|/password|/sessions|/devices|/tokens|/accounts/.*/actions)"


def token_of(address: str, caller: str | None) -> str | None:
    """A token of this caller, fresh: it lives for ten minutes."""
    if caller is None:
        return None
    if caller != BANK_PROGRAM:
        return Person.sign_in(address, caller).token
    form = {"grant_type": "client_credentials", "scope": "bank events"}
    login = (BANK_PROGRAM, SANDBOX_SECRET)
    reply = httpx.post(f"{address}/oauth2/token", data=form, auth=login, trust_env=False)
    return str(reply.raise_for_status().json()["access_token"])


def command(
    service: str, *, address: str, document: Path, token: str | None, examples: int
) -> list[str]:
    """The schemathesis call for one service's paths and one caller."""
    caller = ["--header", f"Authorization:Bearer {token}"] if token else []
    which = ["--include-path-regex", f"^/api/{service}/"]
    if service == "gateway":
        others = "|".join(s for s in SERVICES if s != "gateway")
        which = ["--exclude-path-regex", f"^/api/({others})/" + (_ENDS_ITSELF if token else "")]
    return [
        *(str(Path(sys.executable).with_name("schemathesis")), "run", str(document), *which),
        *("--url", address, "--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing"),
        *("--max-examples", str(examples), "--generation-deterministic", "--continue-on-failure"),
        *("--warnings", "off", "--suppress-health-check", "all", "--request-timeout", "30"),
        *caller,
    ]


def main() -> int:
    """Run all documents as all callers; print a line each, the report of a failure whole."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the house is stopped too
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("services", nargs="*", default=SERVICES)
    parser.add_argument("--examples", type=int, default=10)
    asked = parser.parse_args()
    os.environ["GATEWAY_RATE_SCALE"] = "1000000"  # quotas are proved elsewhere
    told = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.contracts.fuzz_hooks"}
    told["PYTHONPATH"] = str(Path(__file__).resolve().parents[2])
    failed = 0
    with temporary_data_folder() as data:
        house = start_house(data)
        document = data / "openapi.json"
        document.write_text(httpx.get(f"{house.address}/openapi.json", trust_env=False).text)
        try:
            for caller, called in CALLERS.items():
                for service in (name for name in asked.services if name in called):
                    token = token_of(house.address, caller)
                    call = command(
                        service,
                        address=house.address,
                        document=document,
                        token=token,
                        examples=asked.examples,
                    )
                    done = subprocess.run(
                        call, cwd=data, env=told, capture_output=True, text=True, check=False
                    )
                    failed += done.returncode != 0
                    report(service, caller, done)
        finally:
            house.stop(seconds=60)
    return 1 if failed else 0


def report(service: str, caller: str | None, done: "subprocess.CompletedProcess[str]") -> None:
    """One line when all is well, everything that schemathesis said when not."""
    sign = "✓" if done.returncode == 0 else "✗"
    lines = [line.strip() for line in done.stdout.splitlines()]
    counts = next((line for line in reversed(lines) if "generated" in line), "")
    print(f"{sign} {service} as {caller or 'nobody'}: {counts}", flush=True)
    if done.returncode != 0:
        print(done.stdout[-20000:], done.stderr[-4000:], flush=True)


if __name__ == "__main__":
    sys.exit(main())
