"""How long a check takes among 100,000 names of one city. Slow: run it by `pytest -m slow`."""

import random
import statistics
import time
import uuid
from collections.abc import Callable
from typing import Any

import asyncpg
import pytest

from services.registration.composition import SERVICE
from services.registration.names.comparison import key_of
from services.registration.names.industries import load_lexicon
from services.registration.names.parsing import parse
from services.registration.names.tokens import tokens_of
from tests.fixtures.callers import running

NAMES = 100_000
CHECKS = 300
CITY = "980100"
COLUMNS = (
    "id reference city_code written region trade_name industry form division meanings "
    "industry_words tokens state"
)


def common_characters() -> str:
    """GB 2312 level 1: the 3,755 characters that names are mostly made of."""
    found = [
        bytes((high, low)).decode("gb2312", "ignore")
        for high in range(0xB0, 0xD8)
        for low in range(0xA1, 0xFF)
    ]
    return "".join(found)


def made_names(count: int, dice: random.Random) -> list[str]:
    """Names as they are spread in life: two to four characters, some industries far more often."""
    characters = common_characters()
    industries = sorted(w.word for w in load_lexicon().words.values() if w.kind == "specific")
    common = ["科技", "贸易", "食品", "网络科技", "商贸", "文化传媒", "建筑工程", "信息技术"]
    names = []
    for _ in range(count):
        trade = "".join(dice.choices(characters, k=dice.choice([2, 2, 2, 3, 4])))
        industry = dice.choice(common if dice.random() < 0.5 else industries)
        names.append(f"青屿{trade}{industry}有限公司")
    return names


def rows(names: list[str]) -> list[tuple[Any, ...]]:
    """Rows of name_index for names of one city."""
    made = []
    for number, name in enumerate(names):
        key = key_of(parse(name))
        made.append(
            (
                uuid.uuid4(), f"U{number}", CITY, key.written, key.region, key.trade_name,
                key.industry, key.form, key.division, sorted(key.meanings),
                list(key.industry_words), tokens_of(key, CITY), "registered",
            )
        )  # fmt: skip
    return made


@pytest.mark.slow
async def test_a_check_among_many_names_is_quick(
    fresh_database: Callable[[str], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    database = fresh_database("registration")
    dice = random.Random(3)
    connection = await asyncpg.connect(database.owner)
    index = "CREATE INDEX ix_name_index_tokens ON name_index USING gin (tokens)"
    await connection.execute("DROP INDEX ix_name_index_tokens")
    for _ in range(NAMES // 10_000):
        await connection.copy_records_to_table(
            "name_index", records=rows(made_names(10_000, dice)), columns=COLUMNS.split()
        )
    await connection.execute(index + " WITH (fastupdate = off)", timeout=600)
    await connection.execute("ANALYZE name_index")
    size = await connection.fetchval("SELECT pg_relation_size('ix_name_index_tokens') / 1048576")
    await connection.close()
    took = []
    async with running(SERVICE, database.app) as service:
        founder = service.caller("founder")
        for name in made_names(CHECKS, dice):
            body = {"name": name, "region_code": "980101", "suggestions": 0}
            began = time.perf_counter()
            reply = await founder.post("/name-checks", json=body)
            took.append((time.perf_counter() - began) * 1_000)
            assert reply.status_code == 200
    quarters = statistics.quantiles(took[20:], n=100)
    with capsys.disabled():
        print(
            f"\n  name check over HTTP among {NAMES:,} names: p50 {quarters[49]:.1f} ms, "
            f"p95 {quarters[94]:.1f} ms; token index {size} MB"
        )
    assert quarters[49] < 100
