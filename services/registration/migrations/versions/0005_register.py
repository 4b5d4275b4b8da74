"""The register: entities, the people and shareholders the law publishes, changes, snapshots.

`entity_changes.txid` is what makes the change feed lose nothing: a reader is only shown transactions older
than every one still running (register/feed.py).
"""

from alembic import op

from kit.migrations import run_script

revision = "0005"
down_revision = "0004"

SCRIPT = """
CREATE TABLE market_entities (
  uscc TEXT COLLATE "C" PRIMARY KEY CHECK (length(uscc) = 18),
  legacy_reg_no TEXT UNIQUE,
  case_id UUID UNIQUE,
  name TEXT NOT NULL,
  name_length SMALLINT NOT NULL GENERATED ALWAYS AS (char_length(name)) STORED,
  name_compact TEXT NOT NULL,
  pinyin TEXT NOT NULL,
  initials TEXT NOT NULL,
  tokens TEXT[] NOT NULL,
  entity_kind TEXT NOT NULL,
  organization_form TEXT NOT NULL,
  type_text TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('active', 'dormant', 'revoked', 'deregistered')),
  head_role TEXT NOT NULL,
  head_name TEXT NOT NULL,
  registered_capital_fen BIGINT CHECK (registered_capital_fen > 0),
  founded_on DATE NOT NULL,
  approved_on DATE NOT NULL,
  ended_on DATE,
  domicile TEXT NOT NULL,
  business_scope TEXT NOT NULL,
  industry_code TEXT NOT NULL,
  region_code TEXT NOT NULL,
  registration_authority TEXT NOT NULL,
  licence_version INTEGER NOT NULL,
  is_demo BOOLEAN NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1),
  registered_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_market_entities_tokens ON market_entities USING gin (tokens) WITH (fastupdate = off);
CREATE INDEX ix_market_entities_length ON market_entities (name_length, uscc);
CREATE INDEX ix_market_entities_founded ON market_entities (founded_on DESC, uscc DESC);
CREATE INDEX ix_market_entities_region ON market_entities
  (region_code text_pattern_ops, founded_on DESC, uscc DESC);
CREATE TRIGGER market_entities_stay BEFORE DELETE ON market_entities
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE entity_people (
  uscc TEXT NOT NULL REFERENCES market_entities (uscc),
  number SMALLINT NOT NULL,
  role TEXT NOT NULL,
  name TEXT NOT NULL,
  is_published BOOLEAN NOT NULL,
  person TEXT,
  id_masked TEXT,
  phone_masked TEXT,
  PRIMARY KEY (uscc, number)
);
CREATE INDEX ix_entity_people_person ON entity_people (person) WHERE person IS NOT NULL;

CREATE TABLE entity_shareholders (
  uscc TEXT NOT NULL REFERENCES market_entities (uscc),
  number SMALLINT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('person', 'organisation')),
  name TEXT NOT NULL,
  shareholder_uscc TEXT,
  person TEXT,
  id_masked TEXT,
  subscribed_fen BIGINT NOT NULL CHECK (subscribed_fen > 0),
  paid_in_fen BIGINT NOT NULL DEFAULT 0 CHECK (paid_in_fen >= 0),
  method TEXT NOT NULL,
  due_on DATE,
  PRIMARY KEY (uscc, number)
);
CREATE INDEX ix_entity_shareholders_uscc ON entity_shareholders (shareholder_uscc)
  WHERE shareholder_uscc IS NOT NULL;

CREATE TABLE entity_changes (
  txid XID8 NOT NULL DEFAULT pg_current_xact_id(),
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  uscc TEXT NOT NULL REFERENCES market_entities (uscc),
  kind TEXT NOT NULL CHECK (kind IN ('registered', 'changed', 'revoked', 'deregistered')),
  version INTEGER NOT NULL,
  changed_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (txid, id),
  UNIQUE (uscc, version)
);
CREATE TRIGGER entity_changes_append_only BEFORE UPDATE OR DELETE ON entity_changes
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE register_snapshots (
  id UUID PRIMARY KEY,
  taken_on DATE NOT NULL UNIQUE,
  as_of TIMESTAMPTZ NOT NULL,
  position TEXT NOT NULL,
  entities BIGINT NOT NULL
);

CREATE TABLE register_snapshot_files (
  snapshot_id UUID NOT NULL REFERENCES register_snapshots (id) ON DELETE CASCADE,
  format TEXT NOT NULL CHECK (format IN ('ndjson', 'csv')),
  part INTEGER NOT NULL,
  content BYTEA NOT NULL,
  PRIMARY KEY (snapshot_id, format, part)
);

CREATE TABLE register_snapshot_digests (
  snapshot_id UUID NOT NULL REFERENCES register_snapshots (id) ON DELETE CASCADE,
  format TEXT NOT NULL,
  size_bytes BIGINT NOT NULL,
  sha256 BYTEA NOT NULL,
  PRIMARY KEY (snapshot_id, format)
);
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
