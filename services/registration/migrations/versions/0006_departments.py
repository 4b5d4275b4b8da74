"""Department openings, tasks and their append-only history.

The service role may not change history: kit's refuse_change() guards it as it guards the timeline.
"""

from alembic import op

from kit.migrations import run_script

revision = "0006"
down_revision = "0005"

SCRIPT = """
CREATE TABLE department_openings (
  id UUID PRIMARY KEY,
  case_id UUID NOT NULL UNIQUE,
  uscc TEXT NOT NULL UNIQUE,
  enterprise_name TEXT NOT NULL,
  region_code TEXT NOT NULL,
  applicant_sub TEXT NOT NULL,
  applicant_person TEXT,
  opened_at TIMESTAMPTZ NOT NULL,
  due_on DATE NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'completed')),
  version INTEGER NOT NULL,
  completed_at TIMESTAMPTZ
);
CREATE INDEX ix_department_openings_applicant ON department_openings (applicant_sub, opened_at, id);

CREATE TABLE department_tasks (
  id UUID PRIMARY KEY,
  opening_id UUID NOT NULL REFERENCES department_openings (id),
  department TEXT NOT NULL,
  region_code TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN
    ('pending', 'sent', 'receipted', 'rejected', 'needs_person', 'completed', 'waived')),
  version INTEGER NOT NULL,
  round INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  looks INTEGER NOT NULL,
  reference TEXT NOT NULL UNIQUE,
  payload_sealed TEXT NOT NULL,
  external_id TEXT,
  receipt_number TEXT,
  problem_code TEXT,
  problem_text TEXT,
  due_on DATE NOT NULL,
  next_attempt_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL,
  settled_at TIMESTAMPTZ,
  UNIQUE (opening_id, department),
  CHECK (state NOT IN ('receipted', 'completed') OR receipt_number IS NOT NULL)
);
CREATE INDEX ix_department_tasks_queue ON department_tasks (department, state, due_on, id);
CREATE INDEX ix_department_tasks_created ON department_tasks (created_at, id);
CREATE INDEX ix_department_tasks_next ON department_tasks (next_attempt_at)
  WHERE state IN ('pending', 'sent');

CREATE TABLE department_task_events (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  task_id UUID NOT NULL REFERENCES department_tasks (id),
  round INTEGER NOT NULL,
  kind TEXT NOT NULL,
  outcome TEXT NOT NULL,
  http_status INTEGER,
  duration_ms INTEGER,
  actor_sub TEXT,
  note TEXT,
  at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_department_task_events_task ON department_task_events (task_id, id);
CREATE TRIGGER department_task_events_append_only BEFORE UPDATE OR DELETE ON department_task_events
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
