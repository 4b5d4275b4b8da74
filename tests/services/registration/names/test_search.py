"""The index finds what the comparison would: checked against comparing with every single name."""

import random
from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from services.registration.composition import SERVICE
from services.registration.names import store
from services.registration.names.comparison import ExistingName, NameState, compare, key_of
from services.registration.names.handover import register_name
from services.registration.names.parsing import parse
from services.registration.names.service import Wish, check_name
from tests.fixtures.callers import Running, running

ON = date(2026, 11, 21)
# few characters, many of one sound, so that likenesses are frequent
CHARACTERS = "星兴和河合湾完长常乐悦山珊泉全牛兰栏"
INDUSTRIES = [
    "食品",
    "乳业",
    "食品科技",
    "酒业",
    "白酒",
    "物流",
    "地产",
    "置业",
    "科技",
    "",
    "发展",
]


def some_name(dice: random.Random) -> str:
    trade = "".join(dice.choices(CHARACTERS, k=dice.choice([2, 2, 2, 3, 4])))
    return f"青屿{trade}{dice.choice(INDUSTRIES)}有限公司"


@pytest.fixture(scope="module")
async def filled(fresh_database: Callable[[str], Any]) -> AsyncIterator[tuple[Running, list[Any]]]:
    dice = random.Random(7)
    async with running(SERVICE, fresh_database("registration").app) as service:
        known = []
        for number in range(300):
            name = some_name(dice)
            try:
                async with service.app.state.database.transaction() as session:
                    name_id = await register_name(
                        session, name, region_code="980101", uscc=f"U{number}"
                    )
            except IntegrityError:
                continue  # an identical one is there
            known.append(
                ExistingName(
                    id=str(name_id),
                    reference=f"U{number}",
                    key=key_of(parse(name)),
                    state=NameState.REGISTERED,
                )
            )
        yield service, known


async def test_the_index_misses_nothing_that_the_rules_would_find(
    filled: tuple[Running, list[ExistingName]],
) -> None:
    service, known = filled
    dice = random.Random(11)
    alike = 0
    for _ in range(150):
        wish = Wish(name=some_name(dice), region_code="980102")
        key = key_of(parse(wish.name))
        expected = {(o.id, compare(key, o.key)) for o in known if compare(key, o.key)}
        async with service.app.state.database.reader() as reader:
            examined = await check_name(reader, wish, on=ON)
        found = {(c.existing.id, c.likeness) for c in examined.verdict.conflicts}
        if len(expected) < store.MOST_CANDIDATES:
            assert found == expected, wish.name
        alike += len(expected)
    assert alike > 300  # the sample is worth something


async def test_another_city_is_another_world(filled: tuple[Running, list[ExistingName]]) -> None:
    service, known = filled
    name = known[0].key.written.replace("青屿", "云川")
    async with service.app.state.database.reader() as reader:
        examined = await check_name(reader, Wish(name=name, region_code="980201"), on=ON)
    assert examined.verdict.conflicts == ()
