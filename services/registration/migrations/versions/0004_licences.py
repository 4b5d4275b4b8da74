"""Licences, the keys and certificates that sign them, their PDFs and the history of each.

What must hold holds here: one licence per case, one version number per entity, one valid licence per
entity, one active and one next key, and nobody edits what was signed.
"""

from alembic import op

from kit.migrations import run_script

revision = "0004"
down_revision = "0003"

SCRIPT = """
CREATE TABLE licence_keys (
  kid TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('next', 'active', 'retired')),
  public_jwk JSONB NOT NULL,
  private_sealed TEXT NOT NULL,
  published_at TIMESTAMPTZ NOT NULL,
  activated_at TIMESTAMPTZ,
  retired_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX ux_licence_keys_one ON licence_keys (state) WHERE state IN ('next', 'active');

CREATE TABLE licence_authorities (
  id UUID PRIMARY KEY,
  root_certificate BYTEA NOT NULL,
  signer_certificate BYTEA NOT NULL,
  signer_key_sealed TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  retired_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX ux_licence_authorities_one ON licence_authorities ((true)) WHERE retired_at IS NULL;

CREATE SEQUENCE licence_status_indexes MINVALUE 0 START 0;

CREATE TABLE licences (
  id UUID PRIMARY KEY,
  case_id UUID NOT NULL UNIQUE,
  uscc TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1),
  status TEXT NOT NULL CHECK (status IN ('valid', 'superseded', 'revoked', 'cancelled')),
  revision INTEGER NOT NULL CHECK (revision >= 1),
  region_code TEXT NOT NULL,
  owner_sub TEXT NOT NULL,
  holder_persons TEXT[] NOT NULL,
  is_demo BOOLEAN NOT NULL,
  payload TEXT NOT NULL,
  digest TEXT NOT NULL,
  jws TEXT NOT NULL,
  kid TEXT NOT NULL REFERENCES licence_keys (kid),
  status_index BIGINT NOT NULL UNIQUE DEFAULT nextval('licence_status_indexes'),
  issued_on DATE NOT NULL,
  issued_at TIMESTAMPTZ NOT NULL,
  status_changed_at TIMESTAMPTZ,
  status_reason TEXT,
  UNIQUE (uscc, version)
);
CREATE UNIQUE INDEX ux_licences_one_valid ON licences (uscc) WHERE status = 'valid';
CREATE INDEX ix_licences_ended ON licences (status_index) WHERE status <> 'valid';
CREATE INDEX ix_licences_owner ON licences (owner_sub, issued_at DESC, id DESC);
CREATE INDEX ix_licences_holders ON licences USING gin (holder_persons);
CREATE INDEX ix_licences_issued ON licences (issued_at DESC, id DESC);

CREATE FUNCTION guard_licence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.case_id, NEW.uscc, NEW.version, NEW.payload, NEW.digest, NEW.jws, NEW.kid,
      NEW.status_index, NEW.issued_on, NEW.issued_at, NEW.is_demo)
     IS DISTINCT FROM (OLD.id, OLD.case_id, OLD.uscc, OLD.version, OLD.payload, OLD.digest, OLD.jws,
      OLD.kid, OLD.status_index, OLD.issued_on, OLD.issued_at, OLD.is_demo) THEN
    RAISE EXCEPTION 'an issued licence is not edited: issue a new version' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.status <> 'valid' AND NEW.status = 'valid' THEN
    RAISE EXCEPTION 'an ended licence does not come back' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER licences_guard BEFORE UPDATE ON licences FOR EACH ROW EXECUTE FUNCTION guard_licence();
CREATE TRIGGER licences_stay BEFORE DELETE ON licences FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE licence_history (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  licence_id UUID NOT NULL REFERENCES licences (id),
  action TEXT NOT NULL,
  status TEXT NOT NULL,
  at TIMESTAMPTZ NOT NULL,
  actor_sub TEXT NOT NULL,
  actor_role TEXT NOT NULL,
  reason TEXT
);
CREATE INDEX ix_licence_history_licence ON licence_history (licence_id, id);
CREATE TRIGGER licence_history_append_only BEFORE UPDATE OR DELETE ON licence_history
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE licence_pdfs (
  licence_id UUID PRIMARY KEY REFERENCES licences (id),
  authority_id UUID NOT NULL REFERENCES licence_authorities (id),
  content BYTEA NOT NULL,
  digest TEXT NOT NULL,
  printed_at TIMESTAMPTZ NOT NULL
);
CREATE TRIGGER licence_pdfs_append_only BEFORE UPDATE OR DELETE ON licence_pdfs
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
