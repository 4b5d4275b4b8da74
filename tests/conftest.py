"""What all tests share: real engines, no network beyond this machine."""

import os

import pytest

from tests.fixtures.engines import (
    begin_run,
    end_run,
    fresh_database,
    fresh_nats,
    nats,
    nats_url,
    postgres,
    worker,
)
from tests.fixtures.network import forbid_outside

__all__ = ["fresh_database", "fresh_nats", "nats", "nats_url", "postgres", "worker"]


def _controls(config: pytest.Config) -> bool:
    return not hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    """Open this run before any worker starts, and close the road to the outside."""
    os.environ.setdefault("ENVIRONMENT", "test")
    if _controls(config):
        begin_run()
    forbid_outside()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the engines when the last worker has gone."""
    if _controls(config):
        end_run()
