"""服务台账: who served which tenant with what, and what the tenant thought of it. Nothing is edited."""

from alembic import op

from kit.migrations import run_script

revision = "0009"
down_revision = "0008"

SCRIPT = """
CREATE SEQUENCE service_entry_reference_seq;

CREATE TABLE service_providers (
  id UUID PRIMARY KEY,
  carrier_id UUID NOT NULL REFERENCES carriers (id),
  name TEXT NOT NULL,
  uscc TEXT,
  standing TEXT NOT NULL CHECK (standing IN ('active', 'warning', 'suspended', 'removed')),
  counted_from TIMESTAMPTZ NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL,
  UNIQUE (carrier_id, name)
);

CREATE TABLE service_provider_changes (
  provider_id UUID NOT NULL REFERENCES service_providers (id),
  version INTEGER NOT NULL,
  standing TEXT NOT NULL,
  reason TEXT NOT NULL,
  actor_sub TEXT NOT NULL,
  at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (provider_id, version)
);
CREATE TRIGGER service_provider_changes_append_only BEFORE UPDATE OR DELETE ON service_provider_changes
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE service_entries (
  id UUID PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE,
  carrier_id UUID NOT NULL REFERENCES carriers (id),
  tenancy_id UUID NOT NULL REFERENCES tenancies (id),
  provider_id UUID NOT NULL REFERENCES service_providers (id),
  category TEXT NOT NULL CHECK (category IN ('policy_guidance', 'management_consulting', 'talent_training',
    'startup_mentoring', 'technical_support', 'market_development', 'financing_guarantee', 'legal_aid',
    'e_commerce', 'agency')),
  served_on DATE NOT NULL,
  hours NUMERIC(7, 2) NOT NULL,
  fee_fen BIGINT NOT NULL,
  proof TEXT NOT NULL,
  reverses UUID UNIQUE REFERENCES service_entries (id),
  reason TEXT,
  entered_by TEXT NOT NULL,
  entered_at TIMESTAMPTZ NOT NULL,
  CHECK (reverses IS DISTINCT FROM id),
  CHECK ((reverses IS NULL AND hours > 0 AND fee_fen >= 0)
      OR (reverses IS NOT NULL AND hours < 0 AND fee_fen <= 0 AND reason IS NOT NULL))
);
CREATE INDEX ix_service_entries_carrier ON service_entries (carrier_id, served_on DESC, id DESC);
CREATE INDEX ix_service_entries_tenancy ON service_entries (tenancy_id, served_on DESC, id DESC);
CREATE INDEX ix_service_entries_provider ON service_entries (provider_id);
CREATE TRIGGER service_entries_append_only BEFORE UPDATE OR DELETE ON service_entries
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE service_ratings (
  entry_id UUID PRIMARY KEY REFERENCES service_entries (id),
  stars SMALLINT NOT NULL CHECK (stars BETWEEN 1 AND 5),
  comment TEXT,
  rated_by TEXT NOT NULL,
  rated_at TIMESTAMPTZ NOT NULL
);
CREATE TRIGGER service_ratings_append_only BEFORE UPDATE OR DELETE ON service_ratings
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
