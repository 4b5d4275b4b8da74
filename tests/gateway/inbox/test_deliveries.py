"""Webhooks from a real worker to a real receiver: signed, again when it fails, and once it is over told."""

import asyncio
import json

import pytest

from tests.gateway.inbox.hooks import Hook
from tests.gateway.inbox.world import BANK, OTHER_BANK, until

pytestmark = pytest.mark.usefixtures("gateway_worker")


async def test_the_official_library_verifies_what_a_receiver_got(services, hook):
    await hook.open()
    sent = await services["finance"].emit(f"org:{BANK}", type_=hook.type)
    delivery = await hook.outcome(sent, "delivered")
    (got,) = hook.receiver.got(hook.path)
    assert got["verified"] == [True]
    assert got["headers"]["webhook-id"] == str(sent)
    assert got["headers"]["content-type"] == "application/json"
    (attempt,) = delivery["attempts"]
    assert (attempt["outcome"], attempt["status"], attempt["number"]) == ("delivered", 204, 1)
    assert "ffff" not in got["body"]  # a person's keyed hash stays inside


async def test_the_body_is_the_event_of_the_feed(services, hook):
    await hook.open()
    sent = await services["finance"].emit(f"org:{BANK}", type_=hook.type)
    await hook.outcome(sent, "delivered")
    body = json.loads(hook.receiver.got(hook.path)[0]["body"])
    assert body.pop("timestamp") == body["time"]
    assert body == (await hook.caller.get(f"/events/{sent}")).json()


FAILURES = [
    ({"status": 500}, "http_error", 500),
    ({"status": 301, "headers": {"location": "/elsewhere"}}, "redirect", 301),
    ({"status": 404}, "http_error", 404),
    ({"drop": True}, "connection_failed", None),
    ({"wait": 4}, "timeout", None),
]


async def test_a_receiver_that_fails_is_tried_by_the_schedule_then_given_up_and_told(
    services, receiver, bank
):
    """Each way to fail at an endpoint of its own, all at once: what takes long here is waiting."""

    async def fail(behaviour, outcome, status):
        hook = await Hook(receiver, bank).open(**behaviour)
        sent = await services["finance"].emit(f"org:{BANK}", type_=hook.type)
        await _given_up_and_told(hook, sent, outcome, status)

    async with asyncio.TaskGroup() as group:
        for failure in FAILURES:
            group.create_task(fail(*failure), name=str(failure[0]))
    assert receiver.got("/elsewhere") == []


async def _given_up_and_told(hook, sent, outcome, status):
    delivery = await hook.outcome(sent, "given_up")
    assert [a["number"] for a in delivery["attempts"]] == [1, 2, 3]
    assert {(a["outcome"], a["status"]) for a in delivery["attempts"]} == {(outcome, status)}
    got = hook.receiver.got(hook.path)
    assert [g["headers"]["webhook-id"] for g in got] == [str(sent)] * 3
    assert len({g["body"] for g in got}) == 1
    assert (await hook.read())["given_up"] == 1

    async def told():
        page = await hook.caller.get("/events", params={"type": "gateway", "limit": 200})
        return [e for e in page.json()["items"] if e["data"].get("event_id") == str(sent)]

    (notice,) = await until(told, "the notice in the feed")
    assert notice["data"]["endpoint_id"] == hook.endpoint["id"]
    assert notice["data"]["attempts"] == 3


async def test_a_receiver_that_is_down_gets_it_when_it_is_back(services, hook, window):
    await hook.open()
    hook.receiver.stop()
    sent = await services["finance"].emit(f"org:{BANK}", type_=hook.type)

    async def failed():
        (found,) = await hook.deliveries(event_id=str(sent)) or [{"attempts": []}]
        return found["attempts"]

    attempts = await until(failed, "the first attempt")
    assert attempts[0]["outcome"] == "connection_failed"
    hook.receiver.start()
    delivery = await _until_delivered_again(hook, sent)
    assert delivery["attempts"][-1]["outcome"] == "delivered"
    assert hook.receiver.ids(hook.path)[-1] == str(sent)


async def _until_delivered_again(hook, sent):
    """Delivered by the schedule, or, where the receiver was down for all of it, asked for again."""

    async def ask():
        found = await hook.deliveries(event_id=str(sent))
        if any(d["state"] == "delivered" for d in found):
            return next(d for d in found if d["state"] == "delivered")
        if all(d["state"] == "given_up" for d in found):
            await hook.caller.post(f"/events/{sent}/redeliveries", json={})
        return None

    return await until(ask, "the delivery")


async def test_a_receiver_that_dies_before_it_answers_gets_it_again(services, hook):
    await hook.open(die=True)
    sent = await services["finance"].emit(f"org:{BANK}", type_=hook.type)
    await until(lambda: hook.receiver.got(hook.path), "the first request")
    hook.receiver.stop()
    hook.receiver.behave(hook.path, status=200)
    hook.receiver.start()
    await _until_delivered_again(hook, sent)
    ids = hook.receiver.ids(hook.path)
    assert len(ids) >= 2
    assert set(ids) == {str(sent)}


async def test_gone_disables_the_endpoint_until_its_owner_enables_it(services, hook):
    await hook.open(status=410)
    first = await services["finance"].emit(f"org:{BANK}", type_=hook.type)
    await hook.outcome(first, "given_up")
    endpoint = await hook.read()
    assert (endpoint["state"], endpoint["disabled_reason"]) == ("disabled", "gone")
    while_off = await services["finance"].emit(f"org:{BANK}", type_=hook.type)

    async def told():
        page = await hook.caller.get("/events", params={"limit": 200})
        return {str(while_off)} <= {e["id"] for e in page.json()["items"]} and [
            e
            for e in page.json()["items"]
            if e["type"] == "gateway.webhook-endpoint.disabled.v1"
            and e["data"]["endpoint_id"] == hook.endpoint["id"]
        ]

    assert await until(told, "the notice in the feed")
    hook.receiver.behave(hook.path, status=204)
    await hook.act("enable")
    later = await services["finance"].emit(f"org:{BANK}", type_=hook.type)
    await hook.outcome(later, "delivered")
    assert hook.receiver.ids(hook.path) == [str(first), str(later)]
    again = await hook.caller.post(f"/events/{while_off}/redeliveries", json={})
    assert again.status_code == 202
    await hook.outcome(while_off, "delivered")


async def test_what_waited_when_an_endpoint_was_disabled_is_sent_when_it_is_enabled(services, hook):
    await hook.open(status=503, headers={"retry-after": "3600"})  # bounded by the schedule
    await hook.act("disable")
    await hook.act("enable")
    sent = await services["finance"].emit(f"org:{BANK}", type_=hook.type)
    await until(lambda: hook.receiver.got(hook.path), "the first request")
    await hook.act("disable")
    count = len(hook.receiver.got(hook.path))
    hook.receiver.behave(hook.path, status=200)
    await hook.act("enable")
    await _until_delivered_again(hook, sent)
    assert len(hook.receiver.got(hook.path)) > count


async def test_both_secrets_sign_while_they_overlap(services, hook):
    await hook.open()
    (old,) = await hook.learn_secrets()
    await hook.act("rotate-secret", overlap_hours=1)
    new, kept = await hook.learn_secrets()
    assert kept == old
    sent = await services["finance"].emit(f"org:{BANK}", type_=hook.type)
    await hook.outcome(sent, "delivered")
    (got,) = hook.receiver.got(hook.path)
    assert got["verified"] == [True, True]
    assert len(got["headers"]["webhook-signature"].split(" ")) == 2
    await hook.act("rotate-secret", overlap_hours=0)
    (last,) = await hook.learn_secrets()
    hook.receiver.knows(hook.path, old, new, last)
    sent = await services["finance"].emit(f"org:{BANK}", type_=hook.type)
    await hook.outcome(sent, "delivered")
    assert hook.receiver.got(hook.path)[-1]["verified"] == [False, False, True]


async def test_a_test_event_is_signed_and_logged(hook):
    await hook.open()
    planned = await hook.act("test")
    delivery = await hook.outcome(planned["event_id"], "delivered")
    assert (delivery["kind"], delivery["type"]) == ("test", "webhook.test")
    (got,) = hook.receiver.got(hook.path)
    assert got["verified"] == [True]
    assert got["headers"]["webhook-id"] == planned["event_id"]


async def test_an_event_is_sent_again_when_asked_with_its_own_id(services, hook):
    await hook.open()
    sent = await services["finance"].emit(f"org:{BANK}", type_=hook.type)
    await hook.outcome(sent, "delivered")
    body = {"endpoint_id": hook.endpoint["id"]}
    reply = await hook.caller.post(f"/events/{sent}/redeliveries", json=body, key=f"again-{sent}")
    assert reply.status_code == 202, reply.text
    await hook.caller.post(f"/events/{sent}/redeliveries", json=body, key=f"again-{sent}")
    await until(lambda: len(hook.receiver.got(hook.path)) == 2, "the second delivery")
    assert hook.receiver.ids(hook.path) == [str(sent)] * 2
    assert sorted(d["kind"] for d in await hook.deliveries()) == ["event", "redelivery"]


async def test_another_organisations_events_are_never_sent_nor_sent_again(
    services, receiver, bank, other_bank
):
    mine, theirs = Hook(receiver, bank), Hook(receiver, other_bank)
    theirs.type = mine.type
    await mine.open()
    await theirs.open()
    for_mine = await services["finance"].emit(f"org:{BANK}", "staff", type_=mine.type)
    for_both = await services["finance"].emit("public", type_=mine.type)
    await mine.outcome(for_both, "delivered")
    await theirs.outcome(for_both, "delivered")
    await mine.outcome(for_mine, "delivered")
    assert receiver.ids(theirs.path) == [str(for_both)]
    assert {d["event_id"] for d in await theirs.deliveries()} == {str(for_both)}
    for body in ({}, {"endpoint_id": theirs.endpoint["id"]}):
        reply = await other_bank.post(f"/events/{for_mine}/redeliveries", json=body)
        assert reply.status_code == 404
    foreign = {"endpoint_id": theirs.endpoint["id"]}
    reply = await bank.post(f"/events/{for_mine}/redeliveries", json=foreign)
    assert reply.status_code == 404
    assert OTHER_BANK not in receiver.got(mine.path)[0]["body"]


async def test_a_slow_receiver_holds_up_nobody_else(services, receiver, window):
    """In one line with theirs the quick one's event would come after all of the slow ones'."""
    slow = [Hook(receiver, window.bank(f"slow-{n}")) for n in range(12)]
    quick = Hook(receiver, window.bank("quick"))
    for hook in slow:
        hook.type = quick.type
        await hook.open(wait=1.5)
    await quick.open()
    events = 40
    for _ in range(events):
        await services["finance"].emit(*(f"org:slow-{n}" for n in range(12)), type_=quick.type)
    await until(lambda: all(receiver.got(h.path) for h in slow), "the slow ones to be called")
    sent = await services["finance"].emit("org:quick", type_=quick.type)
    await until(lambda: receiver.got(quick.path), "the quick one")
    assert sum(len(receiver.got(hook.path)) for hook in slow) < len(slow) * events / 2
    assert receiver.ids(quick.path) == [str(sent)]
    for hook in slow:  # what waits for them is nobody's any more
        assert (await hook.caller.delete(hook.address, version=1)).status_code == 204


async def test_the_administrator_has_a_given_up_delivery_sent_again_once(services, hook, window):
    await hook.open(status=500)
    sent = await services["finance"].emit(f"org:{BANK}", type_=hook.type)
    await hook.outcome(sent, "given_up")
    administrator = window.running.caller("administrator", sub="who-operates", name="管文博")

    async def dead():
        items = (await administrator.get("/operations/dead-deliveries")).json()["items"]
        return [one for one in items if one["event_id"] == str(sent)]

    (found,) = await dead()
    assert (found["org"], found["url"]) == (BANK, hook.receiver.url(hook.path))
    numbers = await window.running.anonymous.get("//health/metrics")
    assert numbers.status_code == 200
    path = f"/operations/dead-deliveries/{found['id']}/actions/send-again"
    assert (await hook.caller.post(path)).status_code == 403
    hook.receiver.behave(hook.path, status=200)
    both = await asyncio.gather(*(administrator.post(path) for _ in range(5)))
    assert sorted(one.status_code for one in both) == [201, 404, 404, 404, 404]
    await hook.outcome(sent, "delivered")
    assert await dead() == []
    actions = (await administrator.get("/operations")).json()["actions"]
    assert actions[0]["action"] == "send_again"
    assert BANK in actions[0]["subject"]
