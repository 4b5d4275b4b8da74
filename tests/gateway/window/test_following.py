"""What follows from other answers follows on, and what a person said stays: over any sequence of edits."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.window.fields.following import World, followed
from gateway.window.fields.pointers import MISSING
from gateway.window.fields.shapes import Field, field_of
from tests.gateway.window.test_fields import described

LIN = {"name": "林晓舟", "id_number": "980101199003071016", "phone": "00010000001"}
OWNER = field_of(
    described("owner", "group", default={"value": {"name": "@account/name"}})
    | {"fields": [described("name", "text") | {"pointer": "/owner/name"}]}
)
CAPITAL = field_of(described("capital", "money_yuan"))
HOLDERS = field_of(
    described("holders", "list", default={"value": [{"name": "@account/name"}]})
    | {
        "fields": [
            described("name", "text") | {"pointer": "/holders/*/name"},
            described("kind", "text", default={"value": "person"}) | {"pointer": "/holders/*/kind"},
            described("share", "money_yuan", default={"value": "@/capital", "sole": "/holders"})
            | {"pointer": "/holders/*/share"},
        ]
    }
)
TOP = field_of(
    described(
        "top",
        "text",
        required=False,
        default={
            "value": "@/holders/0/name",
            "sole": "/holders",
            "when": ["/holders/0/kind", "person"],
        },
    )
)
PLACE = field_of(described("place", "choice", options_href="/places"))
COUNTY = field_of(described("county", "text", default={"value": "@/place#county"}))
FIELDS: tuple[Field, ...] = (OWNER, CAPITAL, HOLDERS, TOP, PLACE, COUNTY)


async def county_of(_: Field, value: str, name: str) -> Any:
    return {"a": "江湾", "b": "松岭"}.get(value, MISSING) if name == "county" else MISSING


WORLD = World(property_of=county_of)


async def begun() -> dict[str, Any]:
    return await followed(FIELDS, {}, {}, World(LIN, county_of))


async def test_a_new_draft_has_what_the_account_knows_and_nothing_that_nobody_said() -> None:
    assert await begun() == {
        "owner": {"name": "林晓舟"},
        "holders": [{"name": "林晓舟", "kind": "person"}],
        "top": "林晓舟",
    }
    nobody = await followed(FIELDS, {}, {}, World())
    assert nobody == {}


async def test_a_sole_holder_has_the_whole_capital_as_often_as_it_changes() -> None:
    first = await begun()
    second = await followed(FIELDS, first, first | {"capital": 100}, WORLD)
    assert second["holders"][0]["share"] == 100
    third = await followed(FIELDS, second, second | {"capital": 700}, WORLD)
    assert third["holders"][0]["share"] == 700


async def test_with_a_second_holder_nothing_follows_any_more() -> None:
    first = await followed(FIELDS, await begun(), (await begun()) | {"capital": 100}, WORLD)
    two = first | {"holders": [*first["holders"], {}]}
    second = await followed(FIELDS, first, two, WORLD)
    assert "share" not in second["holders"][0]
    assert second["holders"][1] == {"kind": "person"}
    assert "top" not in second


async def test_an_answer_of_a_person_stays_whatever_it_followed_from() -> None:
    first = await followed(FIELDS, {}, {"place": "a"}, WORLD)
    assert first["county"] == "江湾"
    moved = await followed(FIELDS, first, first | {"place": "b"}, WORLD)
    assert moved["county"] == "松岭"
    own = await followed(FIELDS, moved, moved | {"county": "白芦"}, WORLD)
    again = await followed(FIELDS, own, own | {"place": "a"}, WORLD)
    assert again["county"] == "白芦"


async def test_an_optional_answer_that_was_taken_out_is_not_put_back() -> None:
    first = await begun()
    without = {k: v for k, v in first.items() if k != "top"}
    assert "top" not in await followed(FIELDS, first, without, WORLD)


async def test_where_the_condition_ends_what_it_had_put_there_goes() -> None:
    first = await begun()
    company = first | {"holders": [{"name": "某公司", "kind": "company"}]}
    assert "top" not in await followed(FIELDS, first, company, WORLD)


@given(st.lists(st.tuples(st.sampled_from(["capital", "place"]), st.integers(1, 9)), max_size=6))
async def test_following_twice_changes_nothing_more(edits: list[tuple[str, int]]) -> None:
    before = await begun()
    for name, value in edits:
        said: Any = value if name == "capital" else "ab"[value % 2]
        after = await followed(FIELDS, before, before | {name: said}, WORLD)
        assert await followed(FIELDS, after, after, WORLD) == after
        before = after
    assert before["holders"][0].get("share") == before.get("capital")
