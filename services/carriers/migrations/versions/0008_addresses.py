"""Hosted addresses (一址多照): which a carrier has, and to whom it has granted one."""

from alembic import op

from kit.migrations import run_script

revision = "0008"
down_revision = "0007"

SCRIPT = """
CREATE TABLE hosted_addresses (
  id UUID PRIMARY KEY,
  carrier_id UUID NOT NULL REFERENCES carriers (id),
  street TEXT NOT NULL,
  region_code TEXT NOT NULL,
  firms_max INTEGER NOT NULL CHECK (firms_max > 0),
  promised INTEGER NOT NULL DEFAULT 0,
  open BOOLEAN NOT NULL DEFAULT true,
  created_at TIMESTAMPTZ NOT NULL,
  UNIQUE (region_code, street),
  CHECK (promised BETWEEN 0 AND firms_max)
);
CREATE INDEX ix_hosted_addresses_carrier ON hosted_addresses (carrier_id);

CREATE TABLE address_grants (
  id UUID PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  tenancy_id UUID NOT NULL REFERENCES tenancies (id),
  address_id UUID NOT NULL REFERENCES hosted_addresses (id),
  carrier_id UUID NOT NULL REFERENCES carriers (id),
  holder_person TEXT NOT NULL,
  uses_max INTEGER NOT NULL CHECK (uses_max > 0),
  state TEXT NOT NULL CHECK (state IN ('live', 'closing', 'ended')),
  valid_from DATE NOT NULL,
  valid_to DATE NOT NULL,
  reason TEXT,
  note TEXT,
  ended_on DATE,
  version INTEGER NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL,
  CHECK (valid_from <= valid_to),
  CHECK ((state = 'ended') = (ended_on IS NOT NULL)),
  CHECK (state = 'live' OR reason IS NOT NULL)
);
CREATE UNIQUE INDEX ux_address_grants_tenancy ON address_grants (tenancy_id) WHERE state = 'live';
CREATE INDEX ix_address_grants_carrier ON address_grants (carrier_id, created_at DESC, id DESC);
CREATE INDEX ix_address_grants_holder ON address_grants (holder_person, created_at DESC, id DESC);
CREATE INDEX ix_address_grants_end ON address_grants (valid_to) WHERE state <> 'ended';

CREATE TABLE address_uses (
  grant_id UUID NOT NULL REFERENCES address_grants (id),
  uscc TEXT NOT NULL,
  enterprise_name TEXT NOT NULL,
  since_on DATE NOT NULL,
  PRIMARY KEY (grant_id, uscc)
);
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
