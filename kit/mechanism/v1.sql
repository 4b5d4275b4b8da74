-- The mechanism's tables, version 1. Frozen: later versions get a file of their own.

CREATE TABLE audit_seals (
  id BIGINT GENERATED ALWAYS AS IDENTITY, 
  sealed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
  up_to TIMESTAMP WITH TIME ZONE NOT NULL, 
  entries INTEGER NOT NULL, 
  heads_digest TEXT NOT NULL, 
  previous_hash TEXT NOT NULL, 
  hash TEXT NOT NULL, 
  PRIMARY KEY (id)
);

CREATE TABLE cases (
  id UUID NOT NULL, 
  reference TEXT NOT NULL, 
  matter TEXT NOT NULL, 
  state TEXT NOT NULL, 
  version INTEGER NOT NULL, 
  title TEXT DEFAULT '' NOT NULL, 
  applicant_sub TEXT NOT NULL, 
  applicant_person TEXT, 
  applicant_org TEXT, 
  region_code TEXT NOT NULL, 
  form JSONB DEFAULT '{}' NOT NULL, 
  submission INTEGER DEFAULT '0' NOT NULL, 
  facts JSONB DEFAULT '{}' NOT NULL, 
  due_on DATE, 
  created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
  submitted_at TIMESTAMP WITH TIME ZONE, 
  closed_at TIMESTAMP WITH TIME ZONE, 
  PRIMARY KEY (id), 
  UNIQUE (reference)
);

CREATE INDEX ix_cases_applicant ON cases (applicant_sub, created_at, id);

CREATE INDEX ix_cases_created ON cases (created_at, id);

CREATE INDEX ix_cases_due ON cases (due_on, id) WHERE closed_at IS NULL;

CREATE INDEX ix_cases_state ON cases (state, created_at, id);

CREATE SEQUENCE case_reference_seq;

CREATE TABLE idempotency_keys (
  scope BYTEA NOT NULL, 
  body_hash BYTEA NOT NULL, 
  status SMALLINT NOT NULL, 
  headers JSONB NOT NULL, 
  body BYTEA NOT NULL, 
  created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
  PRIMARY KEY (scope)
);

CREATE INDEX ix_idempotency_keys_created ON idempotency_keys (created_at);

CREATE TABLE inbox (
  key TEXT NOT NULL, 
  processed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
  PRIMARY KEY (key)
);

CREATE TABLE outbox (
  id BIGINT GENERATED ALWAYS AS IDENTITY, 
  event_id UUID NOT NULL, 
  type TEXT NOT NULL, 
  aggregate_kind TEXT NOT NULL, 
  aggregate_id TEXT NOT NULL, 
  sequence BIGINT NOT NULL, 
  audience TEXT[] NOT NULL, 
  data JSONB NOT NULL, 
  occurred_at TIMESTAMP WITH TIME ZONE NOT NULL, 
  request_id TEXT, 
  published_at TIMESTAMP WITH TIME ZONE, 
  PRIMARY KEY (id), 
  UNIQUE (aggregate_kind, aggregate_id, type, sequence), 
  UNIQUE (event_id)
);

CREATE INDEX ix_outbox_pending ON outbox (id) WHERE published_at IS NULL;

CREATE TABLE platform_facts (
  key TEXT NOT NULL, 
  value TEXT NOT NULL, 
  PRIMARY KEY (key)
);

CREATE TABLE case_deadlines (
  id UUID NOT NULL, 
  case_id UUID NOT NULL, 
  key TEXT NOT NULL, 
  kind TEXT NOT NULL, 
  started_on DATE NOT NULL, 
  workdays INTEGER, 
  due_on DATE NOT NULL, 
  status TEXT NOT NULL, 
  paused_on DATE, 
  ended_on DATE, 
  provisional SMALLINT DEFAULT '0' NOT NULL, 
  PRIMARY KEY (id), 
  FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE INDEX ix_case_deadlines_case ON case_deadlines (case_id);

CREATE INDEX ix_case_deadlines_due ON case_deadlines (due_on) WHERE status = 'running';

CREATE TABLE case_parties (
  case_id UUID NOT NULL, 
  person TEXT NOT NULL, 
  role TEXT NOT NULL, 
  PRIMARY KEY (case_id, person, role), 
  FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE INDEX ix_case_parties_person ON case_parties (person);

CREATE TABLE case_submissions (
  case_id UUID NOT NULL, 
  number INTEGER NOT NULL, 
  form JSONB NOT NULL, 
  digest TEXT NOT NULL, 
  submitted_at TIMESTAMP WITH TIME ZONE NOT NULL, 
  submitted_by TEXT NOT NULL, 
  PRIMARY KEY (case_id, number), 
  FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE TABLE case_timeline (
  case_id UUID NOT NULL, 
  sequence INTEGER NOT NULL, 
  at TIMESTAMP WITH TIME ZONE NOT NULL, 
  actor_sub TEXT NOT NULL, 
  actor_role TEXT NOT NULL, 
  action TEXT NOT NULL, 
  source TEXT NOT NULL, 
  target TEXT NOT NULL, 
  reason TEXT, 
  data JSONB DEFAULT '{}' NOT NULL, 
  previous_hash TEXT NOT NULL, 
  hash TEXT NOT NULL, 
  PRIMARY KEY (case_id, sequence), 
  FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: correct by adding', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER case_submissions_append_only BEFORE UPDATE OR DELETE ON case_submissions
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER case_timeline_append_only BEFORE UPDATE OR DELETE ON case_timeline
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER audit_seals_append_only BEFORE UPDATE OR DELETE ON audit_seals
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
