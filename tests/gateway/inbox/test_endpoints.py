"""Webhook endpoints: whose they are, what is refused, and how their secrets are kept."""

import asyncio
import uuid

import pytest

from gateway.inbox.tables import webhook_secrets
from kit.openapi import routes_of

URL = "http://127.0.0.1:9/hook"


@pytest.fixture
def clerk(window):
    """A program of an organisation that has nothing yet."""
    return window.bank(f"bank-{uuid.uuid4().hex[:8]}")


async def made(caller, **more):
    reply = await caller.post("/webhook-endpoints", json={"url": URL, **more})
    assert reply.status_code == 201, reply.text
    return reply.json()


async def secrets_of(caller, endpoint):
    reply = await caller.get(f"/webhook-endpoints/{endpoint['id']}/secrets")
    assert reply.headers["cache-control"] == "no-store"
    return [item["secret"] for item in reply.json()["items"]]


async def act(caller, endpoint, action, **body):
    path = f"/webhook-endpoints/{endpoint['id']}/actions/{action}"
    return await caller.post(path, version=endpoint["version"], **({"json": body} if body else {}))


async def test_an_endpoint_is_made_read_changed_and_removed(clerk):
    reply = await clerk.post("/webhook-endpoints", json={"url": URL, "event_types": ["finance"]})
    endpoint = reply.json()
    assert reply.headers["location"].endswith(endpoint["id"])
    assert (endpoint["state"], endpoint["version"], endpoint["pending"]) == ("enabled", 1, 0)
    path = f"/webhook-endpoints/{endpoint['id']}"
    one = await clerk.get(path)
    assert one.json() == endpoint
    assert (
        await clerk.get(path, headers={"If-None-Match": one.headers["etag"]})
    ).status_code == 304
    body = {
        "url": URL + "2",
        "description": "loans",
        "event_types": ["finance.loan", "finance.loan"],
    }
    changed = (await clerk.put(path, json=body, version=1)).json()
    assert changed["event_types"] == ["finance.loan"]
    assert [e["id"] for e in (await clerk.get("/webhook-endpoints")).json()["items"]] == [
        endpoint["id"]
    ]
    assert (await clerk.delete(path, version=1)).status_code == 412
    assert (await clerk.delete(path)).status_code == 428
    assert (await clerk.delete(path, version=2)).status_code == 204
    assert (await clerk.get(path)).status_code == 404


async def test_a_stale_change_is_told_what_stands_now(clerk):
    endpoint = await made(clerk)
    path = f"/webhook-endpoints/{endpoint['id']}"
    await clerk.put(path, json={"url": URL, "description": "first"}, version=1)
    reply = await clerk.put(path, json={"url": URL, "description": "second"}, version=1)
    assert reply.status_code == 412
    assert reply.json()["current"]["description"] == "first"


async def test_the_list_goes_on_by_cursor(clerk):
    for number in range(5):
        await made(clerk, description=str(number))
    first = (await clerk.get("/webhook-endpoints", params={"limit": 3})).json()
    rest = await clerk.get("/webhook-endpoints", params={"limit": 3, "cursor": first["next"]})
    found = [e["description"] for e in first["items"] + rest.json()["items"]]
    assert found == ["4", "3", "2", "1", "0"]


async def test_a_strangers_endpoint_is_not_there_whatever_is_asked_of_it(window, clerk, other_bank):
    """Every route with an endpoint in its path, from the routes themselves."""
    endpoint = await made(clerk)
    asked = 0
    for route in routes_of(window.running.app):
        if "{endpoint_id}" not in (route.path_format or ""):
            continue
        for method in route.methods or ():
            path = "/" + route.path_format.replace("{endpoint_id}", endpoint["id"])
            body = {"json": {"url": URL}} if method == "PUT" else {}
            body = {"json": {}} if path.endswith("rotate-secret") else body
            reply = await other_bank.request(method, path, version=1, **body)
            assert reply.status_code == 404, f"{method} {path}: {reply.text}"
            asked += 1
    assert asked == 9
    assert (await clerk.get(f"/webhook-endpoints/{endpoint['id']}")).json()["version"] == 1


@pytest.mark.parametrize("role", ["founder", "officer", "head", "administrator"])
async def test_only_organisations_have_endpoints(window, role):
    caller = window.running.caller(role, org="science", regions=["980100"])
    reply = await caller.post("/webhook-endpoints", json={"url": URL})
    assert (reply.status_code, reply.json()["code"]) == (403, "not_permitted")


async def test_a_bank_clerk_without_a_bank_has_none(window):
    caller = window.running.caller("bank", org=None)
    reply = await caller.get("/webhook-endpoints")
    assert (reply.status_code, reply.json()["code"]) == (403, "organisation_required")


async def test_an_organisations_people_and_programs_have_the_same_endpoints(window):
    program = window.bank("shared-bank")
    person = window.running.caller("bank", org="shared-bank", sub="a-clerk", scope="window")
    endpoint = await made(program)
    assert (await person.get(f"/webhook-endpoints/{endpoint['id']}")).status_code == 200


async def test_a_secret_is_sealed_at_rest_and_in_no_kept_reply(window, clerk):
    reply = await clerk.post("/webhook-endpoints", json={"url": URL}, key="once")
    again = await clerk.post("/webhook-endpoints", json={"url": URL}, key="once")
    assert again.headers["idempotency-hit"] == "true"
    assert again.json() == reply.json()
    assert "whsec_" not in reply.text
    (secret,) = await secrets_of(clerk, reply.json())
    assert secret.startswith("whsec_")
    async with window.database.reader() as connection:
        rows = (await connection.execute(webhook_secrets.select())).all()
    assert rows
    assert all(secret not in row.sealed and "whsec_" not in row.sealed for row in rows)


async def test_rotation_keeps_the_old_secret_for_the_overlap(clerk):
    endpoint = await made(clerk)
    (old,) = await secrets_of(clerk, endpoint)
    endpoint = (await act(clerk, endpoint, "rotate-secret", overlap_hours=1)).json()
    new, kept = await secrets_of(clerk, endpoint)
    assert (kept, new != old) == (old, True)
    endpoint = (await act(clerk, endpoint, "rotate-secret", overlap_hours=0)).json()
    (last,) = await secrets_of(clerk, endpoint)
    assert last not in (old, new)


async def test_there_is_an_end_to_the_secrets_that_sign_together(clerk):
    endpoint = await made(clerk)
    for _ in range(3):
        endpoint = (await act(clerk, endpoint, "rotate-secret", overlap_hours=1)).json()
    refused = await act(clerk, endpoint, "rotate-secret", overlap_hours=1)
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_secrets")
    assert (await act(clerk, endpoint, "rotate-secret", overlap_hours=0)).status_code == 200


async def test_a_disabled_endpoint_is_neither_tested_nor_disabled_again(clerk):
    endpoint = await made(clerk)
    refused = await act(clerk, endpoint, "enable")
    assert (refused.status_code, refused.json()["code"]) == (409, "webhook_endpoint_state")
    endpoint = (await act(clerk, endpoint, "disable")).json()
    assert (endpoint["state"], endpoint["disabled_reason"]) == ("disabled", "owner")
    assert (await act(clerk, endpoint, "disable")).status_code == 409
    refused = await act(clerk, endpoint, "test")
    assert (refused.status_code, refused.json()["code"]) == (409, "webhook_endpoint_disabled")
    endpoint = (await act(clerk, endpoint, "enable")).json()
    assert (endpoint["state"], endpoint["disabled_reason"]) == ("enabled", None)


async def test_an_organisation_has_twenty_endpoints_at_most_also_in_a_race(clerk):
    for _ in range(18):
        await made(clerk)
    replies = await asyncio.gather(
        *(clerk.post("/webhook-endpoints", json={"url": URL}) for _ in range(6))
    )
    assert sorted(reply.status_code for reply in replies) == [201, 201, 409, 409, 409, 409]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"url": "ftp://bank.example.com/"}, "/url"),
        ({"url": "not a url"}, "/url"),
        ({}, "/url"),
        ({"url": URL, "event_types": ["*"]}, "/event_types/0"),
        ({"url": URL, "event_types": ["finance.Loan"]}, "/event_types/0"),
        ({"url": URL, "secret": "mine"}, "/secret"),
    ],
)
async def test_what_is_no_endpoint_is_refused_by_its_place(clerk, body, pointer):
    reply = await clerk.post("/webhook-endpoints", json=body)
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["pointer"] == pointer


async def test_an_event_that_nobody_knows_is_not_redelivered(bank):
    reply = await bank.post(f"/events/{uuid.uuid4()}/redeliveries", json={})
    assert reply.status_code == 404
