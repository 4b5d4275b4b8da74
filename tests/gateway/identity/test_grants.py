"""Apps that act for a person: code with PKCE, rotating refresh tokens; and their thieves."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import text

from gateway.identity import sweep
from tests.gateway.identity.harness import CALLBACK, CHALLENGE, Browser, House
from tests.gateway.identity.machines import Machine


async def is_dead(house: House, access_token: str) -> bool:
    """Whether services will refuse it: looked up in the list that they poll."""
    await house.identity.refresh()
    return house.identity.local_keys.is_revoked(house.decode(access_token))


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "w" * 50},
        {"code_verifier": None},
        {"code_verifier": "short"},
        {"code_verifier": CHALLENGE},  # as if the method were plain
        {"redirect_uri": f"{CALLBACK}/"},
        {"redirect_uri": None},
        {"code": "nonsense"},
        {"code": None},
    ],
)
async def test_a_stolen_code_is_worth_nothing_without_its_secrets(
    founder: Browser, changes: dict[str, Any]
) -> None:
    code = await founder.code()
    reply = await founder.redeem(**{"code": code, **changes})
    assert (reply.status_code, reply.json()["error"]) == (400, "invalid_grant")


async def test_a_failed_try_burns_the_code(founder: Browser) -> None:
    code = await founder.code()
    await founder.redeem(code, code_verifier="w" * 50)
    assert (await founder.redeem(code)).json()["error"] == "invalid_grant"


async def test_a_code_belongs_to_its_app(house: House, founder: Browser) -> None:
    async with house.app.state.database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO oauth_clients SELECT 'other-app', name_zh, name_en, kind, auth_method,"
                " redirect_uris, scopes, roles, org, regions, dpop_bound, secret_hash, state, created_at"
                " FROM oauth_clients WHERE client_id = 'demo-app' ON CONFLICT DO NOTHING"
            )
        )
    code = await founder.code()
    reply = await founder.redeem(code, client_id="other-app")
    assert reply.json()["error"] == "invalid_grant"


async def test_a_code_used_twice_kills_the_tokens_of_the_first_use(
    house: House, founder: Browser
) -> None:
    code = await founder.code()
    tokens = (await founder.redeem(code)).json()
    second = await founder.redeem(code)
    assert second.json()["error"] == "invalid_grant"
    assert await is_dead(house, tokens["access_token"])
    after = await founder.refresh(tokens["refresh_token"])
    assert after.json()["error"] == "invalid_grant"


async def test_a_code_raced_by_ten_is_given_at_most_once_and_then_dies(
    house: House, founder: Browser
) -> None:
    code = await founder.code()
    replies = await asyncio.gather(*(founder.redeem(code) for _ in range(10)))
    good = [r for r in replies if r.status_code == 200]
    assert len(good) == 1
    assert await is_dead(house, good[0].json()["access_token"])


async def test_a_code_lives_a_minute(house: House, founder: Browser) -> None:
    code = await founder.code()
    async with house.app.state.database.transaction() as session:
        past = "UPDATE authorization_codes SET expires_at = now() - interval '1 second'"
        await session.execute(text(f"{past} WHERE used_at IS NULL"))
    assert (await founder.redeem(code)).json()["error"] == "invalid_grant"


async def test_refresh_tokens_rotate_and_narrow_but_never_widen(
    house: House, founder: Browser
) -> None:
    first = (await founder.redeem(await founder.code(scope="cases"))).json()
    second = (await founder.refresh(first["refresh_token"])).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert house.decode(second["access_token"])["sid"] == house.decode(first["access_token"])["sid"]
    wider = await founder.refresh(second["refresh_token"], scope="cases profile")
    assert wider.json()["error"] == "invalid_scope"
    third = await founder.refresh(second["refresh_token"], scope="cases")
    assert third.status_code == 200  # a refused scope does not use the token up


async def age_replies(house: House) -> None:
    """As if the grace were over."""
    past = "UPDATE refresh_tokens SET used_at = used_at - interval '11 seconds'"
    async with house.app.state.database.transaction() as session:
        await session.execute(text(past))


async def test_a_refresh_whose_reply_was_lost_gets_the_same_reply_again(
    house: House, founder: Browser
) -> None:
    first = (await founder.redeem(await founder.code())).json()
    lost = await founder.refresh(first["refresh_token"])
    again = await founder.refresh(first["refresh_token"])
    assert (again.status_code, again.json()) == (200, lost.json())
    assert not await is_dead(house, again.json()["access_token"])
    assert (await founder.refresh(again.json()["refresh_token"])).status_code == 200


async def test_ten_tabs_that_refresh_at_once_have_one_reply_and_stay_signed_in(
    house: House, founder: Browser
) -> None:
    tokens = (await founder.redeem(await founder.code())).json()
    replies = await asyncio.gather(*(founder.refresh(tokens["refresh_token"]) for _ in range(10)))
    assert [r.status_code for r in replies] == [200] * 10
    assert len({r.text for r in replies}) == 1
    assert (await founder.refresh(replies[0].json()["refresh_token"])).status_code == 200


async def test_a_refresh_token_used_after_the_grace_ends_the_whole_family(
    house: House, founder: Browser
) -> None:
    first = (await founder.redeem(await founder.code())).json()
    second = (await founder.refresh(first["refresh_token"])).json()
    await age_replies(house)
    thief = await founder.refresh(first["refresh_token"])
    assert thief.json()["error"] == "invalid_grant"
    assert (await founder.refresh(second["refresh_token"])).json()["error"] == "invalid_grant"
    assert await is_dead(house, second["access_token"])


async def test_the_grace_is_over_when_the_next_token_was_used(
    house: House, founder: Browser
) -> None:
    first = (await founder.redeem(await founder.code())).json()
    second = (await founder.refresh(first["refresh_token"])).json()
    third = (await founder.refresh(second["refresh_token"])).json()
    thief = await founder.refresh(first["refresh_token"])
    assert thief.json()["error"] == "invalid_grant"
    assert await is_dead(house, third["access_token"])


async def test_the_grace_is_for_the_same_question_by_the_same_app(
    house: House, founder: Browser
) -> None:
    first = (await founder.redeem(await founder.code())).json()
    second = (await founder.refresh(first["refresh_token"])).json()
    other = await founder.refresh(first["refresh_token"], client_id="demo-bank")
    assert other.status_code == 401
    narrower = await founder.refresh(first["refresh_token"], scope="profile")
    assert narrower.json()["error"] == "invalid_grant"
    assert await is_dead(house, second["access_token"])


async def test_a_kept_reply_cannot_be_read_and_is_forgotten(house: House, founder: Browser) -> None:
    first = (await founder.redeem(await founder.code())).json()
    second = (await founder.refresh(first["refresh_token"])).json()
    kept = "SELECT reply_sealed FROM refresh_tokens WHERE reply_sealed IS NOT NULL"
    async with house.app.state.database.reader() as reader:
        sealed = list((await reader.execute(text(kept))).scalars())
    assert sealed
    for found in sealed:
        with pytest.raises(InvalidTag):
            house.identity.vault.decrypt(found, context="refresh_tokens.reply_sealed")
        assert second["refresh_token"] not in found
    async with house.app.state.database.transaction() as session:
        await sweep.forget_past(session, now=house.identity.now() + timedelta(minutes=2))
    async with house.app.state.database.reader() as reader:
        assert list((await reader.execute(text(kept))).scalars()) == []


async def test_a_refresh_token_belongs_to_its_app_and_ages(house: House, founder: Browser) -> None:
    tokens = (await founder.redeem(await founder.code())).json()
    other = await founder.refresh(tokens["refresh_token"], client_id="demo-bank")
    assert other.status_code == 401
    async with house.app.state.database.transaction() as session:
        await session.execute(
            text("UPDATE refresh_tokens SET expires_at = now() WHERE used_at IS NULL")
        )
    assert (await founder.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"


async def test_revoking_the_refresh_token_ends_app_and_access(
    house: House, founder: Browser
) -> None:
    tokens = (await founder.redeem(await founder.code())).json()
    form = {"client_id": "demo-app", "token": tokens["refresh_token"]}
    assert (await founder.post("/oauth2/revoke", **form)).status_code == 200
    assert await is_dead(house, tokens["access_token"])
    assert (await founder.refresh(tokens["refresh_token"])).status_code == 400


async def test_tokens_of_an_app_can_be_bound_to_its_key(house: House, founder: Browser) -> None:
    app, thief = Machine.new(), Machine.new("EdDSA")
    code = await founder.code(dpop_jkt=app.jkt)
    stolen = await founder.redeem(code, headers={"DPoP": thief.proof()})
    assert stolen.json()["error"] == "invalid_grant"
    code = await founder.code(dpop_jkt=app.jkt)
    tokens = (await founder.redeem(code, headers={"DPoP": app.proof()})).json()
    assert tokens["token_type"] == "DPoP"
    assert house.decode(tokens["access_token"])["cnf"] == {"jkt": app.jkt}
    bare = await founder.refresh(tokens["refresh_token"])
    other = await founder.refresh(tokens["refresh_token"], headers={"DPoP": thief.proof()})
    good = await founder.refresh(tokens["refresh_token"], headers={"DPoP": app.proof()})
    assert (bare.status_code, other.status_code, good.status_code) == (400, 400, 200)


async def test_a_pending_person_cannot_let_an_app_act(
    browser: Browser, person: dict[str, str], authority: Any
) -> None:
    authority(fail_next=1)
    await browser.sign_up(**person)
    reply = await browser.redeem(await browser.code())
    assert reply.json()["error"] == "invalid_grant"


async def test_secrets_of_grants_are_stored_as_hashes_only(house: House, founder: Browser) -> None:
    code = await founder.code()
    tokens = (await founder.redeem(code)).json()
    async with house.app.state.database.reader() as reader:
        codes = await reader.execute(
            text("SELECT authorization_codes::text FROM authorization_codes")
        )
        refresh = await reader.execute(text("SELECT refresh_tokens::text FROM refresh_tokens"))
        stored = "".join([*codes.scalars(), *refresh.scalars()])
    assert code not in stored
    assert tokens["refresh_token"] not in stored
    assert code.encode().hex() not in stored
