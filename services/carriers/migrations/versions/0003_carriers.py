"""Carriers, with their types and tiers as data."""

from alembic import op

from kit.migrations import run_script

revision = "0003"
down_revision = "0002"

SCRIPT = """
CREATE TABLE carrier_types (
  code TEXT PRIMARY KEY,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  stage TEXT NOT NULL CHECK (stage IN ('nursery', 'incubation', 'acceleration', 'community', 'base')),
  source_document TEXT NOT NULL,
  position INTEGER NOT NULL UNIQUE
);

CREATE TABLE carrier_tiers (
  code TEXT PRIMARY KEY,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  rank INTEGER NOT NULL UNIQUE
);

CREATE TABLE carriers (
  id UUID PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL REFERENCES carrier_types (code),
  tier TEXT NOT NULL REFERENCES carrier_tiers (code),
  name TEXT NOT NULL,
  operator_org TEXT NOT NULL,
  region_code TEXT NOT NULL,
  address TEXT NOT NULL,
  field TEXT,
  area_m2 INTEGER NOT NULL CHECK (area_m2 > 0),
  workstations INTEGER NOT NULL CHECK (workstations >= 0),
  free_workstations INTEGER NOT NULL,
  opened_on DATE NOT NULL,
  is_demo BOOLEAN NOT NULL,
  version INTEGER NOT NULL,
  CHECK (free_workstations BETWEEN 0 AND workstations)
);
CREATE INDEX ix_carriers_opened ON carriers (opened_on DESC, id DESC);
CREATE INDEX ix_carriers_type ON carriers (type, opened_on DESC, id DESC);
CREATE INDEX ix_carriers_region ON carriers (region_code text_pattern_ops);
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
