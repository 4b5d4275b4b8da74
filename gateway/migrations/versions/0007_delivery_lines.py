"""Deliveries stand in lines, one per endpoint and subject; an endpoint knows that it does not answer; an attempt
says why it failed. The rows are the queue: the jobs that stood beside them go."""

from alembic import op

from kit.migrations import run_script

revision = "0007"
down_revision = "0006"

SCRIPT = """
ALTER TABLE webhook_deliveries ADD COLUMN subject TEXT, ADD COLUMN position BIGINT;
UPDATE webhook_deliveries d SET subject = e.subject, position = e.position
  FROM feed_events e
 WHERE e.event_id = d.event_id AND d.kind = 'event' AND d.state = 'pending';
CREATE INDEX ix_webhook_deliveries_line ON webhook_deliveries (endpoint_id, subject, position)
 WHERE state = 'pending';
ALTER TABLE webhook_endpoints
  ADD COLUMN failures INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN paused_until TIMESTAMP WITH TIME ZONE;
ALTER TABLE webhook_attempts ADD COLUMN detail TEXT;
DELETE FROM procrastinate_jobs WHERE queue_name = 'webhooks' AND status <> 'doing';
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
