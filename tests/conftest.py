"""What all tests share: real engines, no network beyond this machine, no silent skip in CI."""

import gc
import os
import signal
from collections.abc import Generator
from types import FrameType

import pytest
from hypothesis import HealthCheck, settings

from kit.logs import configure_logs
from tests.fixtures.browser import chromium, require_chromium
from tests.fixtures.engines import (
    begin_run,
    end_run,
    fresh_database,
    fresh_nats,
    nats,
    nats_url,
    own_nats,
    postgres,
    worker,
)
from tests.fixtures.house import house, own_house
from tests.fixtures.network import forbid_outside

__all__ = [
    "chromium",
    "fresh_database",
    "fresh_nats",
    "house",
    "nats",
    "nats_url",
    "own_house",
    "own_nats",
    "postgres",
    "worker",
]


# Hypothesis outside CI: how fast a machine is proves nothing, as in its own CI profile. Unlike there the
# examples stay random: what a new one finds is a fault, never bad luck, and its database tries it again.
settings.register_profile(
    "here", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
if settings.get_current_profile_name() == "default":
    settings.load_profile("here")

LONGEST_TEST_SECONDS = 300
_HOUSES = ("own_house", "chromium", None)  # what makes a file long, the longest first


def _controls(config: pytest.Config) -> bool:
    return not hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    """Open this run before any worker starts, and close the road to the outside."""
    os.environ.setdefault("ENVIRONMENT", "test")
    configure_logs()  # as every process does: what breaks by logging breaks here, too
    if _controls(config):
        begin_run()
    forbid_outside()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collecting makes no garbage, and looking for it takes a fifth of the time; what was imported stays,
    so that the collector need not look at it in each test either."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the engines when the last worker has gone."""
    if _controls(config):
        end_run()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Write the policy rows of each test into its report, which travels between processes. Files that need
    a whole house come first: the longest of them must not begin when the other workers are done."""
    for item in items:
        for name in ("policy", "policy_part"):
            rows = {str(row) for mark in item.iter_markers(name) for row in mark.args}
            item.user_properties.extend((name, row) for row in sorted(rows))
    needs = {item.path: _HOUSES.index(None) for item in items}
    for item in items:
        found = [
            _HOUSES.index(name) for name in getattr(item, "fixturenames", ()) if name in _HOUSES
        ]
        needs[item.path] = min([needs[item.path], *found])
    items.sort(key=lambda item: needs[item.path])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """End a test that hangs, so that a run always comes to its closing line."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"{item.nodeid} took longer than {LONGEST_TEST_SECONDS} s")

    if item.get_closest_marker("slow"):
        return (yield)
    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(LONGEST_TEST_SECONDS)
    try:
        return (yield)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that drives a browser says how to get one, before it builds anything."""
    if item.get_closest_marker("browser"):
        require_chromium()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a failed run: what is not run is not proved."""
    if not _controls(session.config) or not os.environ.get("CI"):
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = len(reporter.stats.get("skipped", [])) if reporter else 0
    if skipped and session.exitstatus == pytest.ExitCode.OK:
        reporter.write_line(f"CI lets no test be skipped: {skipped} were.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
