-- The mechanism's tables, version 2: parties may be organisations, cases know their departments, and what
-- the law wants made public (公示) has its notices and objections. Frozen: later versions get their own file.

ALTER TABLE case_parties RENAME COLUMN person TO principal;
UPDATE case_parties SET principal = 'person:' || principal;
ALTER INDEX ix_case_parties_person RENAME TO ix_case_parties_principal;

ALTER TABLE cases ADD COLUMN departments TEXT[] NOT NULL DEFAULT '{}';
CREATE INDEX ix_cases_org ON cases (applicant_org, created_at, id) WHERE applicant_org IS NOT NULL;

CREATE TABLE notices (
  id UUID PRIMARY KEY,
  case_id UUID NOT NULL REFERENCES cases (id),
  kind TEXT NOT NULL,
  title_zh TEXT NOT NULL,
  title_en TEXT NOT NULL,
  content JSONB NOT NULL,
  region_code TEXT NOT NULL,
  opens_on DATE NOT NULL,
  ends_on DATE NOT NULL,
  closed_on DATE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CHECK (ends_on >= opens_on)
);

CREATE UNIQUE INDEX ux_notices_open ON notices (case_id) WHERE closed_on IS NULL;
CREATE INDEX ix_notices_opened ON notices (created_at, id);

CREATE TABLE objections (
  id UUID PRIMARY KEY,
  notice_id UUID NOT NULL REFERENCES notices (id),
  case_id UUID NOT NULL REFERENCES cases (id),
  raised_by TEXT NOT NULL,
  grounds TEXT NOT NULL,
  raised_at TIMESTAMP WITH TIME ZONE NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'upheld', 'dismissed')),
  answer TEXT,
  decided_by TEXT,
  decided_at TIMESTAMP WITH TIME ZONE,
  UNIQUE (notice_id, raised_by),
  CHECK ((state = 'open') = (decided_at IS NULL))
);

CREATE INDEX ix_objections_case ON objections (case_id, raised_at);

CREATE TABLE IF NOT EXISTS case_documents (
  id UUID PRIMARY KEY,
  case_id UUID NOT NULL REFERENCES cases (id),
  material TEXT NOT NULL,
  filename TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  digest TEXT NOT NULL,
  content BYTEA NOT NULL,
  uploaded_at TIMESTAMP WITH TIME ZONE NOT NULL,
  uploaded_by TEXT NOT NULL,
  replaced_at TIMESTAMP WITH TIME ZONE
);
CREATE INDEX IF NOT EXISTS ix_case_documents_case ON case_documents (case_id);
CREATE UNIQUE INDEX IF NOT EXISTS ux_case_documents_current ON case_documents (case_id, material)
  WHERE replaced_at IS NULL;

-- DPoP proofs that were shown (kit.dpop). Unlogged: what lives two minutes is not worth waiting for a disk.
CREATE UNLOGGED TABLE used_proofs (
  digest BYTEA PRIMARY KEY,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL
);
CREATE INDEX ix_used_proofs_expires ON used_proofs (expires_at);
