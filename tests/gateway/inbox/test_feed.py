"""One feed of all services, each reader's own part of it, and no event skipped."""

import asyncio
import uuid

import pytest

from kit.auth import PUBLIC
from tests.gateway.inbox.world import BANK, OTHER_BANK, until

pytestmark = pytest.mark.usefixtures("following")
PERSON = "a" * 64


async def everything(caller, **params):
    """All that a caller may see after a cursor."""
    items, after = [], params.pop("after", None)
    while True:
        sent = {**params, **({"after": after} if after else {})}
        reply = await caller.get("/events", params=sent)
        assert reply.status_code == 200, reply.text
        page = reply.json()
        items += page["items"]
        after = page["next"]
        if not page["has_more"]:
            return items, after


async def seen(caller, *ids, after=None):
    """Waits until a caller has all of these, and gives everything they have."""

    async def ask():
        items, _ = await everything(caller, **({"after": after} if after else {}))
        return items if {str(i) for i in ids} <= {item["id"] for item in items} else None

    return await until(ask, "the events in the feed")


async def latest(caller):
    return (await caller.get("/events", params={"after": "latest"})).json()["next"]


async def test_the_streams_of_all_services_come_as_one_sequence(services, bank):
    sent = [await services[n].emit(f"org:{BANK}") for n in ("registration", "finance", "carriers")]
    items = await seen(bank, *sent)
    assert {i["type"].split(".")[0] for i in items} == {"registration", "finance", "carriers"}
    again, _ = await everything(bank, limit=1)
    assert [i["id"] for i in again] == [i["id"] for i in items]
    assert len({i["cursor"] for i in items}) == len(items)


async def test_an_event_outside_is_thin_and_names_no_person(services, bank):
    case = uuid.uuid4()
    sent = await services["registration"].emit(f"org:{BANK}", subject=f"{case}:{PERSON}")
    item = next(i for i in await seen(bank, sent) if i["id"] == str(sent))
    cloud_event = {
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "datacontenttype",
        "data",
    }
    assert set(item) == {*cloud_event, "sequence", "links", "cursor"}
    assert (item["specversion"], item["source"]) == ("1.0", "/registration")
    assert item["subject"] == f"case/{case}"
    assert set(item["data"]) == {
        "case_id", "reference", "matter", "action", "source", "target", "version",
    }  # fmt: skip
    assert item["links"]["case"] == f"/api/registration/v1/cases/{item['data']['case_id']}"
    one = await bank.get(item["links"]["self"].replace("/api", "//api"))
    assert one.json() == {k: v for k, v in item.items() if k != "cursor"}


@pytest.mark.parametrize(
    ("audience", "caller", "sees"),
    [
        (PUBLIC, ("bank", {"org": OTHER_BANK}), True),
        (f"org:{BANK}", ("bank", {"org": BANK}), True),
        (f"org:{BANK}", ("bank", {"org": OTHER_BANK}), False),
        (f"org:{BANK}", ("officer", {"org": "registration", "regions": ["980100"]}), False),
        (f"org:{BANK}", ("founder", {"org": BANK}), False),
        ("org:tax", ("department_officer", {"org": "tax", "regions": ["980100"]}), True),
        (f"person:{PERSON}", ("founder", {"person": PERSON}), True),
        (f"person:{PERSON}", ("founder", {"person": "b" * 64}), False),
        ("sub:sub-1", ("founder", {"sub": "sub-1"}), True),
        ("sub:sub-1", ("founder", {"sub": "sub-2"}), False),
        ("staff", ("founder", {}), False),
        ("staff", ("bank", {"org": BANK}), False),
        ("staff", ("administrator", {"org": "platform", "regions": ["980000"]}), True),
        ("staff", ("officer", {"org": "science", "regions": ["980000"]}), True),
        ("staff", ("officer", {"org": "science", "regions": ["980100"]}), False),
        ("staff:science:980101", ("officer", {"org": "science", "regions": ["980100"]}), True),
        ("staff:science:980101", ("head", {"org": "science", "regions": ["980000"]}), True),
        ("staff:science:980101", ("officer", {"org": "science", "regions": ["980200"]}), False),
        ("staff:science:980101", ("officer", {"org": "treasury", "regions": ["980100"]}), False),
    ],
)
async def test_only_who_an_event_names_reads_it(services, window, audience, caller, sees):
    role, claims = caller
    reader = window.running.caller(role, **claims)
    reference = window.bank("the-witness")
    start = await latest(reference)
    sent = await services["finance"].emit(audience, "org:the-witness")
    await seen(reference, sent, after=start)
    items, _ = await everything(reader, after=start)
    assert (str(sent) in [item["id"] for item in items]) is sees
    one = await reader.get(f"/events/{sent}")
    assert one.status_code == (200 if sees else 404)


async def test_a_reader_has_an_event_once_whoever_they_are_to_it(services, window):
    reader = window.running.caller("bank", org=BANK, person=PERSON, sub="clerk")
    start = await latest(reader)
    sent = await services["finance"].emit(
        "public", f"org:{BANK}", f"person:{PERSON}", "sub:clerk", "staff"
    )
    assert [i["id"] for i in await seen(reader, sent, after=start)] == [str(sent)]


async def test_types_are_asked_for_by_their_beginning(services, bank):
    start = await latest(bank)
    loan = await services["finance"].emit(f"org:{BANK}", type_="loan.contracted.v1")
    long = await services["finance"].emit(f"org:{BANK}", type_="loan-book.closed.v1")
    case = await services["carriers"].emit(f"org:{BANK}")
    await seen(bank, loan, long, case, after=start)

    async def ids(*types):
        return {i["id"] for i in (await everything(bank, after=start, type=list(types)))[0]}

    assert await ids("finance.loan") == {str(loan)}
    assert await ids("finance") == {str(loan), str(long)}
    assert await ids("finance.loan.contracted.v1", "carriers.case") == {str(loan), str(case)}
    refused = await bank.get("/events", params={"type": "finance.%"})
    assert refused.status_code == 422


async def test_a_cursor_passes_over_what_others_may_see(services, bank, other_bank):
    start = await latest(other_bank)
    sent = [await services["finance"].emit(f"org:{BANK}") for _ in range(3)]
    await seen(bank, *sent)
    page = (await other_bank.get("/events", params={"after": start})).json()
    assert page["items"] == []
    assert page["next"] == await latest(other_bank) != start


@pytest.mark.parametrize("cursor", ["x", "AAAA", "eyJ0IjoxfQ", "-", "%00"])
async def test_a_made_up_cursor_is_refused(bank, cursor):
    reply = await bank.get("/events", params={"after": cursor})
    assert (reply.status_code, reply.json()["code"]) == (400, "invalid_cursor")


async def test_a_cursor_of_another_list_is_refused(bank, window):
    from kit.paging import CursorCodec

    foreign = CursorCodec(window.running.app.state.secret, "accounts").encode((1,))
    assert (await bank.get("/events", params={"after": foreign})).status_code == 400


async def test_a_long_poll_answers_as_soon_as_there_is_something(services, bank):
    start = await latest(bank)
    waiting = asyncio.create_task(bank.get("/events", params={"after": start, "wait": 25}))
    for _ in range(3):  # events of others do not end the wait
        await services["finance"].emit(f"org:{OTHER_BANK}")
    sent = await services["carriers"].emit(f"org:{BANK}")
    page = (await asyncio.wait_for(waiting, 20)).json()
    assert [item["id"] for item in page["items"]] == [str(sent)]


async def test_a_long_poll_ends_empty_with_a_cursor_to_go_on_with(bank):
    start = await latest(bank)
    page = (await bank.get("/events", params={"after": start, "wait": 1})).json()
    assert page["items"] == []
    assert page["next"]
    assert (await bank.get("/events", params={"wait": 26})).status_code == 422


async def test_nobody_reads_without_a_token_or_without_the_scope(window):
    assert (await window.running.anonymous.get("/events")).status_code == 401
    reply = await window.bank(scope="bank").get("/events")
    assert (reply.status_code, reply.json()["code"]) == (403, "not_permitted")


async def test_a_follower_that_reads_while_many_write_misses_nothing(services, bank):
    """Writers of three services at once, a reader behind the head all the time."""
    start = await latest(bank)

    async def write(publisher):
        return [str(await publisher.emit(f"org:{BANK}")) for _ in range(40)]

    writing = asyncio.gather(*(write(publisher) for publisher in services.values()))
    got, after = [], start
    while not writing.done() or len(got) < 120:
        page = (await bank.get("/events", params={"after": after, "limit": 7, "wait": 5})).json()
        got += [item["id"] for item in page["items"]]
        after = page["next"]
        assert page["items"] or not writing.done()
    sent = [id_ for ids in await writing for id_ in ids]
    assert sorted(got) == sorted(sent)
    for ids in writing.result():  # each service's own order is kept
        assert [id_ for id_ in got if id_ in set(ids)] == ids
