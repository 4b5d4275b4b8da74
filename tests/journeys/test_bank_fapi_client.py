"""An independent FAPI client gets a DPoP-bound token from the running house and calls the bank API.

The client is oauth4webapi from npm, kept in vendor/ unchanged and run with node: neither its signing nor its
judgement of our replies is ours.
"""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.house import House

HERE = Path(__file__).parent
MODULE = HERE / "vendor" / "oauth4webapi-3.8.8.mjs"
SHA256 = "72a5f6d84416e92b659c6b8fd837c5fa38d44b7f2e18f91daa1fe57da677c7ad"


@pytest.fixture(scope="module")
def seen(house: House) -> dict[str, Any]:
    """What the client saw."""
    node = shutil.which("node")
    assert node, "this proof needs node (.ci/run installs it)"
    assert hashlib.sha256(MODULE.read_bytes()).hexdigest() == SHA256, "the vendored file changed"
    key = json.loads((house.data / "demo-keys" / "demo-bank.jwk.json").read_text())
    asked = {
        "issuer": house.address,
        "client_id": "demo-bank",
        "jwk": key,
        "path": "/api/finance/bank/v1/applications",
    }
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    # Debian's Node 18 has Web Crypto behind a flag; from 20 on it is simply there
    flags = ["--experimental-global-webcrypto"] if told.startswith("v18.") else []
    done = subprocess.run(
        [node, *flags, str(HERE / "test_bank_fapi_client.mjs")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_strangers_fapi_client_gets_a_bound_token_and_calls_the_bank_api(
    seen: dict[str, Any],
) -> None:
    assert "private_key_jwt" in seen["methods"]
    assert seen["token_type"].lower() == "dpop"
    assert seen["scope"] == "bank"
    assert (seen["status"], seen["items"]) == (200, True)


def test_a_replayed_proof_is_refused_and_a_fresh_one_goes_through(seen: dict[str, Any]) -> None:
    assert seen["proof_replayed"] == 401
    assert seen["fresh_proof"] == 200


def test_a_replayed_client_assertion_gives_no_second_token(seen: dict[str, Any]) -> None:
    assert seen["assertion_replayed"] in (400, 401)


def test_a_stolen_token_is_worth_nothing_without_its_key(seen: dict[str, Any]) -> None:
    assert seen["without_proof"] == 401
    assert (seen["other_key"], seen["challenge"]) == (401, "dpop")


def test_a_proof_is_good_for_one_method_and_one_address(seen: dict[str, Any]) -> None:
    assert (seen["proof_for_other_method"], seen["proof_for_other_address"]) == (401, 401)
