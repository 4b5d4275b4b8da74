"""Recognition: experts, panels, titles; and the yearly assessments that a title has to pass."""

from alembic import op

from kit.migrations import run_script

revision = "0006"
down_revision = "0005"

SCRIPT = """
CREATE TABLE experts (
  id UUID PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  principal TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  organisation TEXT NOT NULL,
  org_code TEXT,
  fields TEXT[] NOT NULL DEFAULT '{}',
  active BOOLEAN NOT NULL,
  registered_at TIMESTAMP WITH TIME ZONE NOT NULL,
  registered_by TEXT NOT NULL,
  version INTEGER NOT NULL
);
CREATE SEQUENCE expert_codes;

CREATE TABLE recognition_applications (
  case_id UUID PRIMARY KEY REFERENCES cases (id),
  carrier_id UUID NOT NULL REFERENCES carriers (id),
  kind TEXT NOT NULL,
  open BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX ux_recognition_open ON recognition_applications (carrier_id, kind) WHERE open;

CREATE TABLE recognition_bars (
  id UUID PRIMARY KEY,
  carrier_id UUID NOT NULL REFERENCES carriers (id),
  until_on DATE NOT NULL,
  reason TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL
);
CREATE INDEX ix_recognition_bars ON recognition_bars (carrier_id, until_on);

CREATE TABLE panel_members (
  case_id UUID NOT NULL REFERENCES cases (id),
  expert_id UUID NOT NULL REFERENCES experts (id),
  assigned_at TIMESTAMP WITH TIME ZONE NOT NULL,
  recused_at TIMESTAMP WITH TIME ZONE,
  recusal TEXT,
  PRIMARY KEY (case_id, expert_id)
);

CREATE TABLE panel_scores (
  case_id UUID NOT NULL,
  expert_id UUID NOT NULL,
  scores JSONB NOT NULL,
  total NUMERIC(5, 2) NOT NULL CHECK (total BETWEEN 0 AND 100),
  recommends BOOLEAN NOT NULL,
  comment TEXT NOT NULL,
  scored_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (case_id, expert_id),
  FOREIGN KEY (case_id, expert_id) REFERENCES panel_members (case_id, expert_id)
);
CREATE TRIGGER panel_scores_append_only BEFORE UPDATE OR DELETE ON panel_scores
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE title_numbers (
  year INTEGER PRIMARY KEY,
  last INTEGER NOT NULL
);

CREATE TABLE carrier_titles (
  id UUID PRIMARY KEY,
  number TEXT NOT NULL UNIQUE,
  carrier_id UUID NOT NULL REFERENCES carriers (id),
  kind TEXT NOT NULL,
  tier TEXT NOT NULL REFERENCES carrier_tiers (code),
  tier_before TEXT NOT NULL REFERENCES carrier_tiers (code),
  case_id UUID REFERENCES cases (id),
  valid_from DATE NOT NULL,
  valid_to DATE NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('valid', 'expired', 'revoked', 'exited')),
  ended_on DATE,
  end_reason TEXT,
  version INTEGER NOT NULL,
  CHECK (valid_to > valid_from),
  CHECK ((status = 'valid') = (ended_on IS NULL))
);
CREATE UNIQUE INDEX ux_carrier_titles_valid ON carrier_titles (carrier_id, kind) WHERE status = 'valid';
CREATE INDEX ix_carrier_titles_due ON carrier_titles (valid_to) WHERE status = 'valid';
CREATE INDEX ix_carrier_titles_carrier ON carrier_titles (carrier_id, valid_from DESC);

CREATE TABLE assessments (
  id UUID PRIMARY KEY,
  carrier_id UUID NOT NULL REFERENCES carriers (id),
  title_id UUID NOT NULL REFERENCES carrier_titles (id),
  year INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('due', 'reminded', 'reported', 'graded', 'missing')),
  due_on DATE NOT NULL,
  case_id UUID REFERENCES cases (id),
  score NUMERIC(5, 2) CHECK (score BETWEEN 0 AND 110),
  grade TEXT CHECK (grade IN ('excellent', 'good', 'pass', 'fail')),
  graded_on DATE,
  UNIQUE (title_id, year),
  CHECK ((grade IS NOT NULL) = (state IN ('graded', 'missing'))),
  CHECK (state <> 'missing' OR grade = 'fail')
);
CREATE INDEX ix_assessments_due ON assessments (due_on) WHERE state IN ('due', 'reminded');
CREATE INDEX ix_assessments_carrier ON assessments (carrier_id, year DESC);
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
