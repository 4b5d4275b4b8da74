"""Where a wrong password came from, and the reply of a refresh for the few seconds in which it comes again."""

from alembic import op

from kit.migrations import run_script

revision = "0005"
down_revision = "0004"

SCRIPT = """
ALTER TABLE login_attempts ADD COLUMN source_hash TEXT NOT NULL DEFAULT '';
UPDATE login_attempts SET source_hash = ip_hash;
ALTER TABLE refresh_tokens ADD COLUMN reply_sealed TEXT;
CREATE INDEX ix_refresh_tokens_reply ON refresh_tokens (used_at) WHERE reply_sealed IS NOT NULL;
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
