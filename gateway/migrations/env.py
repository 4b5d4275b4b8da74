"""Alembic's entry: which tables the gateway has."""

from gateway.identity.tables import metadata as identity
from gateway.inbox.tables import metadata as inbox
from gateway.leaving.tables import metadata as leaving
from gateway.registering.tables import metadata as registering
from kit.migrations import run_env
from kit.tables import metadata as mechanism

run_env(mechanism, identity, inbox, leaving, registering)
