"""The sandbox bank's memory survives its process, and keeps a request as it was first written."""

from pathlib import Path

import pytest

from simulators.bank.store import Dossier, Store

APPLICATION = "01935f3a-7c00-7000-8000-000000000001"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bank" / "bank.sqlite3"


def test_dossiers_and_counters_are_there_after_a_restart(path: Path) -> None:
    store = Store(path)
    store.keep_dossier(Dossier(APPLICATION, "L1", "default", "assigned"))
    store.count("accepted")
    store.count("accepted")
    store.close()
    again = Store(path)
    assert again.open_dossiers() == [Dossier(APPLICATION, "L1", "default", "assigned")]
    assert again.counters() == {"accepted": 2}


def test_a_request_keeps_its_first_body_for_ever(path: Path) -> None:
    store = Store(path)
    first = store.write_down("key", "POST", "/loans", {"value_on": "2026-11-22"})
    again = store.write_down("key", "POST", "/other", {"value_on": "2026-11-23"})
    assert (first.path, first.body) == (again.path, again.body)
    store.note_answer("key", 201, {"id": "x"})
    kept = store.kept("key")
    assert kept is not None
    assert (kept.status, kept.reply) == (201, {"id": "x"})


def test_the_control_route_reopens_a_dossier_with_another_scenario(path: Path) -> None:
    store = Store(path)
    store.keep_dossier(Dossier(APPLICATION, "L1", "clerk", "assigned", finished=True))
    assert store.open_dossiers() == []
    assert store.set_scenario(APPLICATION, "decline").scenario == "decline"
    assert [d.reference for d in store.open_dossiers()] == ["L1"]


def test_keeping_a_dossier_again_does_not_move_it_to_the_end(path: Path) -> None:
    store = Store(path)
    for number in (1, 2):
        store.keep_dossier(Dossier(f"a{number}", f"L{number}", "approve", "assigned"))
    store.keep_dossier(Dossier("a1", "L1", "approve", "accepted"))
    assert [d.application_id for d in store.open_dossiers()] == ["a1", "a2"]


def test_a_message_is_heard_once(path: Path) -> None:
    store = Store(path)
    assert [store.hear("m1"), store.hear("m1"), store.hear("m2")] == [False, True, False]


def test_a_reset_forgets_everything_but_the_webhook_secret(path: Path) -> None:
    store = Store(path)
    store.set_fact("webhook_secret", "whsec_x")
    store.keep_dossier(Dossier(APPLICATION, "L1", "approve", "assigned"))
    store.reset()
    assert store.dossiers() == []
    assert store.fact("webhook_secret") == "whsec_x"
