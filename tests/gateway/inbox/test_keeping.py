"""What is too old is forgotten, and a reader who was away for too long is told so."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from gateway.inbox.jobs import KEPT_DAYS, forget
from kit.jobs import JobContext
from kit.paging import CursorCodec
from kit.settings import DEVELOPMENT_SECRET
from tests.gateway.inbox.world import BANK, until

pytestmark = pytest.mark.usefixtures("following")


@pytest.fixture
def context(window):
    return JobContext(window.database, SimpleNamespace())


async def test_a_cursor_older_than_what_is_kept_is_told_to_begin_anew(
    services, window, bank, context
):
    first = await services["finance"].emit(f"org:{BANK}")

    async def arrived(id_):
        items = (await bank.get("/events", params={"limit": 200})).json()["items"]
        return next((item for item in items if item["id"] == str(id_)), None)

    await until(lambda: arrived(first), "the first event")
    await services["finance"].emit(f"org:{BANK}")
    second = await services["finance"].emit(f"org:{BANK}")
    await until(lambda: arrived(second), "the second event")
    old = (await arrived(first))["cursor"]
    before = datetime.now(UTC) - timedelta(days=KEPT_DAYS + 1)
    async with window.database.transaction() as session:
        await session.execute(
            text("UPDATE feed_events SET recorded_at = :t WHERE event_id != :id"),
            {"t": before, "id": second},
        )
    await forget(context)
    reply = await bank.get("/events", params={"after": old})
    assert (reply.status_code, reply.json()["code"]) == (410, "events_no_longer_kept")
    assert [i["id"] for i in (await bank.get("/events")).json()["items"]] == [str(second)]
    assert (await bank.get(f"/events/{first}")).status_code == 404
    third = await services["finance"].emit(f"org:{BANK}")
    assert await until(lambda: arrived(third), "the third event")


async def test_a_cursor_beyond_the_feed_is_told_to_begin_anew_and_skips_nothing(bank):
    """The feed's database was restored from a backup that is older than the cursor."""
    latest = (await bank.get("/events", params={"after": "latest"})).json()["next"]
    codec = CursorCodec(DEVELOPMENT_SECRET, "events")
    beyond = codec.encode((codec.decode(latest)[0] + 1,))
    reply = await bank.get("/events", params={"after": beyond})
    assert (reply.status_code, reply.json()["code"]) == (410, "events_no_longer_kept")
    assert (await bank.get("/events", params={"after": latest})).status_code == 200
