"""Profiles and dice: every run repeats, and a production environment is refused."""

import os
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from simulators.departments.behaviour import LIVELY, Draws
from simulators.departments.directory import DEPARTMENTS, REAL_NAME


@given(st.integers(), st.text(max_size=20), st.integers(1, 100))
def test_the_same_request_always_throws_the_same_dice(seed: int, reference: str, n: int) -> None:
    first, second = Draws(seed, "tax", reference, n), Draws(seed, "tax", reference, n)
    assert first.fraction("fail") == second.fraction("fail")
    assert 0 <= first.fraction("fail") < 1


def test_dice_hit_about_as_often_as_the_rate_says() -> None:
    hits = sum(Draws(1, "tax", f"r-{n}", 1).hits("fail", 0.15) for n in range(4_000))
    assert 480 < hits < 720


def test_every_department_has_its_own_manners() -> None:
    assert set(LIVELY) == {*DEPARTMENTS, REAL_NAME}


def test_production_is_refused_with_one_sentence() -> None:
    command = [sys.executable, "-m", "simulators.departments"]
    env = os.environ | {"ENVIRONMENT": "production"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "not for production" in done.stderr
    assert "Traceback" not in done.stderr
