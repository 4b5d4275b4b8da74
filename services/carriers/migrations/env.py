"""Alembic's entry: which tables this service has."""

from kit.migrations import run_env
from kit.tables import metadata as mechanism
from services.carriers.base import metadata

run_env(mechanism, metadata)
