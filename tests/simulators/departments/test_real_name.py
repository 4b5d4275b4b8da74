"""The real-name check: personas, the rule for everybody else, and bad numbers."""

from collections.abc import Callable
from datetime import date
from typing import Any

import httpx
import pytest

from simulators.departments import people
from simulators.departments.checks import id_number_is_sound
from simulators.departments.people import check_real_name

Make = Callable[..., Any]

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def numbered(body: str) -> str:
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, WEIGHTS, strict=True)) % 11]


@pytest.mark.parametrize(
    ("name", "id_number", "result"),
    [
        ("林晓舟", "980101199003071016", "match"),
        ("林晓周", "980101199003071016", "mismatch"),
        ("周明远", "980101198805122028", "match"),
        ("陈若溪", "980102199509213030", "match"),
        ("沈青禾", "980181197901014040", "match"),
        ("何一帆", "980101198506015054", "mismatch"),
        ("罗子谦", "980101199202028010", "mismatch"),
        ("唐小满", "980102199303039014", "not_found"),
        ("余童", "980101201001010017", "match"),
        ("任意名", numbered("98010119700101001"), "match"),
        ("𠮷田·阿里", numbered("98010119700101001"), "match"),
        ("Jane", numbered("98010119700101001"), "mismatch"),
        ("任意名", numbered("98010119700101850"), "mismatch"),
        ("任意名", numbered("98010119700101950"), "not_found"),
        ("任意名", "360426199101010071", "not_found"),
    ],
)
def test_the_check_follows_the_written_rule(
    departments: httpx.Client, name: str, id_number: str, result: str
) -> None:
    reply = departments.post("/real-name/checks", json={"name": name, "id_number": id_number})
    assert (reply.status_code, reply.json()["result"]) == (200, result)


@pytest.mark.parametrize(
    "id_number", ["", "980101199003071017", "98010119900230101X", "98010129990101001X", "九八"]
)
def test_a_number_that_cannot_be_is_refused(departments: httpx.Client, id_number: str) -> None:
    reply = departments.post("/real-name/checks", json={"name": "林晓舟", "id_number": id_number})
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_id_number")


def test_the_check_can_fail_like_any_department(departments: httpx.Client, behave: Make) -> None:
    behave("real-name", fail_next=1)
    body = {"name": "林晓舟", "id_number": "980101199003071016"}
    assert departments.post("/real-name/checks", json=body).status_code == 500
    assert departments.post("/real-name/checks", json=body).json()["result"] == "match"


def test_personas_carry_sound_numbers() -> None:
    for number in people._PERSONAS:
        assert id_number_is_sound(number, today=date(2026, 11, 21)), number


def test_the_rule_is_the_same_every_time() -> None:
    number = numbered("98010119700101123")
    assert {check_real_name("任意名", number) for _ in range(50)} == {"match"}
