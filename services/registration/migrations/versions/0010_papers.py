"""The papers of a case, kept as they were written: what was read is what was signed."""

from alembic import op

from kit.migrations import run_script

revision = "0010"
down_revision = "0009"

SCRIPT = """
CREATE TABLE papers (
  case_id uuid NOT NULL REFERENCES cases (id),
  code text NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  title_zh text NOT NULL,
  title_en text NOT NULL,
  content jsonb NOT NULL,
  digest text NOT NULL,
  bundle text NOT NULL,
  made_at timestamptz NOT NULL,
  PRIMARY KEY (case_id, code, version)
);
CREATE TRIGGER papers_append_only BEFORE UPDATE OR DELETE ON papers
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
