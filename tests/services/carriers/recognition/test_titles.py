"""Titles end by time, by their holder, by the authority; the tier goes back to what it was."""

from datetime import date, timedelta

from sqlalchemy import text

from services.carriers.recognition.titles import expire_overdue
from tests.services.carriers.recognition.applying import Filing


async def number_of(filing: Filing) -> str:
    number: str = (await filing.recognised())["facts"]["title"]["number"]
    return number


async def test_a_title_expires_after_its_last_day_and_not_before(filing: Filing) -> None:
    number = await number_of(filing)
    state = filing.running.app.state
    title = (await filing.running.anonymous.get(f"/titles/{number}")).json()
    assert title["valid_from"] == state.clock.today().isoformat()
    last = date.fromisoformat(title["valid_to"])
    state.clock.offset += last - state.clock.today()
    assert await expire_overdue(state) == 0
    state.clock.offset += timedelta(days=1)
    assert await expire_overdue(state) == 1
    assert await expire_overdue(state) == 0
    ended = (await filing.running.anonymous.get(f"/titles/{number}")).json()
    assert (ended["status"], ended["end_reason"]) == ("expired", "expired")
    assert (await filing.carrier())["tier"] == "unranked"


async def test_an_operator_gives_its_title_up_and_may_apply_again(filing: Filing) -> None:
    number = await number_of(filing)
    stale = await filing.operator.post(
        f"/titles/{number}/actions/exit", json={"reason": "不再运营"}, version=9
    )
    assert stale.status_code == 412
    reply = await filing.operator.post(
        f"/titles/{number}/actions/exit", json={"reason": "不再运营"}, version=1
    )
    assert (reply.status_code, reply.json()["status"]) == (200, "exited")
    assert (await filing.carrier())["tier"] == "unranked"
    again = await filing.operator.post(
        f"/titles/{number}/actions/exit", json={"reason": "再退一次"}, version=2
    )
    assert (again.status_code, again.json()["code"]) == (409, "title_ended")
    assert (await Filing(filing.running).submitted())["state"] == "submitted"


async def test_only_its_operator_gives_it_up_and_only_the_province_revokes_it(
    filing: Filing,
) -> None:
    number = await number_of(filing)
    rival = filing.running.caller("carrier_operator", org="carrier-zc-002")
    path = f"/titles/{number}/actions"
    body = {"reason": "理由"}
    assert (await rival.post(f"{path}/exit", json=body, version=1)).status_code == 404
    assert (await filing.city.post(f"{path}/revoke", json=body, version=1)).status_code == 403
    city_head = filing.running.caller("head", org="science", regions=["980100"])
    assert (await city_head.post(f"{path}/revoke", json=body, version=1)).status_code == 404
    reply = await filing.province.post(f"{path}/revoke", json=body, version=1)
    assert (reply.status_code, reply.json()["status"]) == (200, "revoked")
    events = await told(filing, "carriers.title.%")
    assert events == ["carriers.title.granted.v1", "carriers.title.ended.v1"]


async def told(filing: Filing, like: str) -> list[str]:
    async with filing.running.app.state.database.reader() as connection:
        query = text("SELECT type FROM outbox WHERE type LIKE :like ORDER BY id")
        return list((await connection.execute(query, {"like": like})).scalars())


async def test_numbers_follow_each_other(filing: Filing) -> None:
    first = await number_of(filing)
    await filing.operator.post(
        f"/titles/{first}/actions/exit", json={"reason": "更换主体"}, version=1
    )
    second = await number_of(Filing(filing.running))
    assert int(second[-4:]) == int(first[-4:]) + 1
    listed = (await filing.running.anonymous.get("/titles", params={"status": "valid"})).json()
    assert [each["number"] for each in listed["items"]] == [second]
