"""A program's keys are rotated without a standstill, ended when one leaks, and every change is kept."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.gateway.identity.conftest import registered
from tests.gateway.identity.harness import Browser, House
from tests.gateway.identity.machines import Machine, token

Administrator = Callable[..., Awaitable[httpx.Response]]


def jwk_of(machine: Machine) -> dict[str, Any]:
    return {**machine.public_jwk, "alg": machine.alg}


async def read(administrator: Administrator, machine: Machine) -> dict[str, Any]:
    found: dict[str, Any] = (
        await administrator("GET", f"/oauth-clients/{machine.client_id}")
    ).json()
    return found


async def change(
    administrator: Administrator, machine: Machine, path: str, version: int, **more: Any
) -> httpx.Response:
    where = f"/oauth-clients/{machine.client_id}{path}"
    headers = {"If-Match": f'"{version}"', "Idempotency-Key": f"{where}-{version}-{id(more)}"[:120]}
    return await administrator("POST", where, headers=headers, **more)


async def test_a_key_is_rotated_without_a_standstill_and_a_leaked_one_ends_at_once(
    administrator: Administrator, browser: Browser
) -> None:
    old = await registered(administrator, Machine.new())
    new = Machine(old.client_id, Machine.new().key, old.alg)
    before = await read(administrator, old)
    made = await change(administrator, old, "/keys", before["version"], json={"jwk": jwk_of(new)})
    assert made.status_code == 201, made.text
    [first, second] = made.json()["keys"]
    assert (first["expires_at"] is None, second["expires_at"]) == (False, None)
    for machine in (old, new):
        assert (await token(browser, machine)).status_code == 200
    again = await change(
        administrator, old, "/keys", made.json()["version"], json={"jwk": jwk_of(new)}
    )
    assert (again.status_code, again.json()["code"]) == (409, "key_taken")
    path = f"/keys/{first['kid']}/actions/end"
    ended = await change(administrator, old, path, made.json()["version"])
    assert ended.status_code == 200, ended.text
    assert (await token(browser, old)).status_code == 401
    assert (await token(browser, new)).status_code == 200
    last = await change(
        administrator, old, f"/keys/{second['kid']}/actions/end", ended.json()["version"]
    )
    assert (last.status_code, last.json()["code"]) == (409, "last_key")
    done = [one["action"] for one in (await read(administrator, old))["changes"]]
    assert done == ["end_key", "add_key", "register"]


async def test_two_administrators_at_once_do_not_overwrite_each_other(
    administrator: Administrator,
) -> None:
    machine = await registered(administrator, Machine.new())
    version = (await read(administrator, machine))["version"]
    replies = await asyncio.gather(
        *(
            change(administrator, machine, "/keys", version, json={"jwk": jwk_of(Machine.new())})
            for _ in range(4)
        )
    )
    assert sorted(reply.status_code for reply in replies) == [201, 412, 412, 412]
    assert len((await read(administrator, machine))["keys"]) == 2


@pytest.mark.parametrize(
    "change_of",
    [
        lambda jwk: {**jwk, "d": "secret"},
        lambda jwk: {k: v for k, v in jwk.items() if k != "alg"},
        lambda jwk: {**jwk, "alg": "RS256"},
        lambda jwk: {"kty": "oct", "k": "c2VjcmV0", "alg": "HS256"},
        lambda jwk: {**jwk, "x": "AAAA"},
        lambda jwk: {},
    ],
)
async def test_a_private_or_strange_key_is_refused(
    administrator: Administrator, change_of: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    machine = await registered(administrator, Machine.new())
    version = (await read(administrator, machine))["version"]
    body = {"jwk": change_of(jwk_of(Machine.new()))}
    reply = await change(administrator, machine, "/keys", version, json=body)
    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (422, "bad_key")
    assert "secret" not in json.dumps(await read(administrator, machine))


async def test_who_is_no_administrator_reads_and_changes_nothing(
    house: House, founder: Browser, administrator: Administrator
) -> None:
    machine = await registered(administrator, Machine.new())
    bearer = {"Authorization": f"Bearer {(await founder.me())['token']}"}
    at = f"/api/window/v1/oauth-clients/{machine.client_id}"
    assert (await founder.http.get(at, headers=bearer)).status_code == 403
    keyed = {**bearer, "Idempotency-Key": "x", "If-Match": '"1"'}
    for path in ("/keys", "/actions/disable", "/keys/x/actions/end"):
        body = {"jwk": jwk_of(machine)} if path == "/keys" else None
        reply = await founder.http.post(at + path, headers=keyed, json=body)
        assert reply.status_code == 403, path
