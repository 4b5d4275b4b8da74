"""The change feed loses no late commit; the snapshot and the feed together are the register."""

import asyncio
import csv
import hashlib
import io
import json
from base64 import b64decode
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from kit.jobs import JobContext
from services.registration.register import feed
from services.registration.register.jobs import take_daily_snapshot
from services.registration.register.service import end_entity, register_entity
from tests.fixtures.callers import Running
from tests.services.registration.register.samples import ID_MASK, SECRET_HASH, entity


async def settle(service: Running) -> None:
    """Waits until no older transaction runs. The horizon is the cluster's: other tests hold it back too."""
    query = text(
        "SELECT txid < pg_snapshot_xmin(pg_current_snapshot()) FROM entity_changes"
        " ORDER BY txid DESC LIMIT 1"
    )
    async with asyncio.timeout(60), service.app.state.database.reader() as reader:
        while not (await reader.execute(query)).scalar_one():  # noqa: ASYNC110  others end it
            await asyncio.sleep(0.05)


async def read_all(service: Running, since: str | None) -> tuple[list[dict[str, Any]], str]:
    """Every change after `since`, and where to go on."""
    items: list[dict[str, Any]] = []
    while True:
        parameters = {"limit": "50"} | ({"since": since} if since else {})
        reply = await service.anonymous.get("/entities/changes", params=parameters)
        assert reply.status_code == 200, reply.text
        body = reply.json()
        items += body["items"]
        since = body["next"]
        if len(body["items"]) < 50:
            assert since is not None
            return items, since


async def test_a_change_that_commits_late_is_not_lost(service: Running) -> None:
    """The slow transaction takes its number first and commits last; a reader that remembered the
    quick one's number would never see it."""
    database, clock = service.app.state.database, service.app.state.clock
    await settle(service)
    _, since = await read_all(service, None)
    slow, quick = entity(), entity()
    async with database.transaction() as late:
        await register_entity(late, slow, now=clock.now())
        async with database.transaction() as early:
            await register_entity(early, quick, now=clock.now())
        between, since = await read_all(service, since)
        assert between == []  # held back: something older is still running
    await settle(service)
    after, since = await read_all(service, since)
    assert {item["uscc"] for item in after} == {slow.uscc, quick.uscc}
    assert (await read_all(service, since))[0] == []


async def test_an_undone_registration_never_shows(service: Running) -> None:
    await settle(service)
    _, since = await read_all(service, None)
    gone = entity()
    try:
        async with service.app.state.database.transaction() as session:
            await register_entity(session, gone, now=service.app.state.clock.now())
            raise RuntimeError
    except RuntimeError:
        pass
    assert (await read_all(service, since))[0] == []
    assert (await service.anonymous.get(f"/entities/{gone.uscc}")).status_code == 404


async def test_versions_of_one_entity_come_in_order(service: Running) -> None:
    await settle(service)
    _, since = await read_all(service, None)
    record = entity()
    database, now = service.app.state.database, service.app.state.clock.now()
    async with database.transaction() as session:
        await register_entity(session, record, now=now)
    for state in ("revoked", "deregistered"):
        async with database.transaction() as session:
            await end_entity(session, record.uscc, state=state, now=now)
    await settle(service)
    items, _ = await read_all(service, since)
    assert [(item["kind"], item["version"]) for item in items] == [
        ("registered", 1),
        ("revoked", 2),
        ("deregistered", 3),
    ]


async def test_a_cursor_of_another_database_is_told_to_begin_anew(service: Running) -> None:
    secret = service.app.state.secret
    strange = feed.encode(secret, epoch="another", txid="5", last_id=1)
    reply = await service.anonymous.get("/entities/changes", params={"since": strange})
    assert (reply.status_code, reply.json()["code"]) == (410, "feed_restarted")
    for bad in ("x", "AAAA", strange[:-2]):
        reply = await service.anonymous.get("/entities/changes", params={"since": bad})
        assert (reply.status_code, reply.json()["code"]) == (400, "invalid_cursor")


async def take(service: Running) -> dict[str, Any]:
    state = service.app.state
    await take_daily_snapshot(JobContext(state.database, state))
    reply = await service.anonymous.get("/snapshots/latest")
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


async def test_a_snapshot_and_the_feed_behind_it_are_the_whole_register(service: Running) -> None:
    snapshot = await take(service)
    assert (await take(service))["id"] == snapshot["id"]  # one a day
    later = entity()
    async with service.app.state.database.transaction() as session:
        await register_entity(session, later, now=service.app.state.clock.now())
    files = {file["format"]: file for file in snapshot["files"]}
    lines = await service.anonymous.get("/" + files["ndjson"]["href"])
    copy = {row["uscc"]: row for row in map(json.loads, lines.text.splitlines())}
    assert len(copy) == snapshot["entities"] >= 180
    await settle(service)
    changes, _ = await read_all(service, snapshot["since"])
    for change in changes:
        uscc = change["uscc"]
        copy[uscc] = (await service.anonymous.get(f"/entities/{uscc}")).json()
    assert later.uscc in copy
    async with service.app.state.database.reader() as reader:
        rows = await reader.execute(text("SELECT uscc, version FROM market_entities"))
        assert {row.uscc: row.version for row in rows} == {
            uscc: row["version"] for uscc, row in copy.items()
        }


async def test_snapshot_files_match_their_digest_and_hold_nothing_personal(
    service: Running,
) -> None:
    snapshot = await take(service)
    for file in snapshot["files"]:
        for encoding in ("gzip", "identity"):
            reply = await service.anonymous.get(
                "/" + file["href"], headers={"Accept-Encoding": encoding}
            )
            assert len(reply.content) == file["bytes"]
            digest = b64decode(file["content_digest"].removeprefix("sha-256=:").rstrip(":"))
            assert hashlib.sha256(reply.content).digest() == digest
            assert ID_MASK not in reply.text
            assert SECRET_HASH not in reply.text
    csv_file = next(f for f in snapshot["files"] if f["format"] == "csv")
    reply = await service.anonymous.get("/" + csv_file["href"])
    rows = list(csv.DictReader(io.StringIO(reply.text)))
    assert len(rows) == snapshot["entities"]
    missing = await service.anonymous.get(
        "/snapshots/00000000-0000-0000-0000-000000000000/entities.csv"
    )
    assert missing.status_code == 404


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
async def test_a_broken_download_of_a_snapshot_goes_on_where_it_broke(
    service: Running, encoding: str
) -> None:
    snapshot = await take(service)
    path = snapshot["files"][0]["href"]

    async def raw(**headers: str) -> tuple[httpx.Response, bytes]:
        asked = {"Accept-Encoding": encoding, **headers}
        async with service.client.stream("GET", path, headers=asked) as reply:
            return reply, b"".join([chunk async for chunk in reply.aiter_raw()])

    whole, content = await raw()
    etag = whole.headers["etag"]
    assert whole.headers["accept-ranges"] == "bytes"
    for asked, wanted in (
        ("bytes=0-99", content[:100]),
        ("bytes=100-", content[100:]),
        ("bytes=-7", content[-7:]),
        (f"bytes=5-{len(content) + 9}", content[5:]),
    ):
        reply, part = await raw(Range=asked, **{"If-Range": etag})
        assert (reply.status_code, part) == (206, wanted)
        assert reply.headers["content-range"].endswith(f"/{len(content)}")
        assert reply.headers["content-length"] == str(len(wanted))
    assert (await raw(**{"If-None-Match": etag}))[0].status_code == 304
    for asked in ("bytes=0-1,5-6", "lines=1-2", "bytes=9-2"):
        assert (await raw(Range=asked))[1] == content
    reply, part = await raw(Range="bytes=0-9", **{"If-Range": '"another"'})
    assert (reply.status_code, part) == (200, content)
    reply, _ = await raw(Range=f"bytes={len(content)}-")
    assert (reply.status_code, reply.headers["content-range"]) == (416, f"bytes */{len(content)}")
