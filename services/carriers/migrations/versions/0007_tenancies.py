"""Tenancies, numbered workstations and who has which from when to when.

The seat's exclusion constraint is the judge: no code above it decides whether two periods overlap. It needs
no extension (`int4range(id, id, '[]') WITH &&` stands for equality, design.md).
"""

from alembic import op

from kit.migrations import run_script

revision = "0007"
down_revision = "0006"

SCRIPT = """
CREATE TABLE tenancies (
  id UUID PRIMARY KEY REFERENCES cases (id),
  reference TEXT NOT NULL UNIQUE,
  carrier_id UUID NOT NULL REFERENCES carriers (id),
  applicant_sub TEXT NOT NULL,
  applicant_org TEXT,
  holder_person TEXT,
  applied_as TEXT NOT NULL CHECK (applied_as IN ('team', 'firm')),
  name TEXT NOT NULL,
  uscc TEXT,
  field TEXT,
  people INTEGER NOT NULL CHECK (people > 0),
  state TEXT NOT NULL CHECK (state IN ('offered', 'incubating', 'graduation_requested',
    'graduation_verified', 'graduated', 'left', 'expired', 'terminated', 'lapsed', 'withdrawn')),
  starts_on DATE NOT NULL,
  ends_on DATE NOT NULL,
  limit_on DATE NOT NULL,
  linked_on DATE,
  ended_on DATE,
  ground TEXT,
  version INTEGER NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL,
  CHECK (starts_on <= ends_on AND ends_on <= limit_on),
  CHECK ((ended_on IS NULL) = (state IN ('offered', 'incubating', 'graduation_requested', 'graduation_verified'))),
  CHECK (applied_as = 'team' OR uscc IS NOT NULL)
);
CREATE INDEX ix_tenancies_carrier ON tenancies (carrier_id, starts_on DESC, id DESC);
CREATE INDEX ix_tenancies_applicant ON tenancies (applicant_sub, starts_on DESC, id DESC);
CREATE INDEX ix_tenancies_uscc ON tenancies (uscc) WHERE uscc IS NOT NULL;
CREATE INDEX ix_tenancies_stay ON tenancies (ends_on) WHERE state = 'incubating';

CREATE TABLE workstations (
  id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  carrier_id UUID NOT NULL REFERENCES carriers (id),
  number TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('open_desk', 'fixed_desk', 'office')),
  area_m2 INTEGER NOT NULL CHECK (area_m2 > 0),
  open BOOLEAN NOT NULL DEFAULT true,
  UNIQUE (carrier_id, number)
);

CREATE TABLE workstation_allocations (
  id UUID PRIMARY KEY,
  workstation_id INTEGER NOT NULL REFERENCES workstations (id),
  tenancy_id UUID REFERENCES tenancies (id),
  period DATERANGE NOT NULL,
  planned_to DATE NOT NULL,
  note TEXT,
  created_at TIMESTAMPTZ NOT NULL,
  CHECK (isempty(period) OR (NOT lower_inf(period) AND NOT upper_inf(period))),
  CHECK (tenancy_id IS NOT NULL OR note IS NOT NULL),
  CONSTRAINT workstation_allocations_no_overlap
    EXCLUDE USING gist (int4range(workstation_id, workstation_id, '[]') WITH &&, period WITH &&)
);
CREATE INDEX ix_workstation_allocations_workstation ON workstation_allocations (workstation_id);
CREATE INDEX ix_workstation_allocations_tenancy ON workstation_allocations (tenancy_id);
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
