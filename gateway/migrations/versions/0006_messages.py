"""Messages to people, one-time codes, and an e-mail address beside the username."""

from alembic import op

from kit.migrations import run_script

revision = "0006"
down_revision = "0005"

SCRIPT = """
CREATE TABLE messages (
    id UUID NOT NULL PRIMARY KEY,
    recipient TEXT NOT NULL,
    template TEXT NOT NULL,
    cause TEXT NOT NULL,
    "values" JSONB NOT NULL,
    href TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT one_message_per_cause UNIQUE (recipient, cause, template)
);
CREATE INDEX ix_messages_recipient ON messages (recipient, created_at, id);
CREATE INDEX ix_messages_unread ON messages (recipient) WHERE read_at IS NULL;
CREATE TABLE message_sends (
    id UUID NOT NULL PRIMARY KEY,
    message_id UUID REFERENCES messages (id) ON DELETE CASCADE,
    channel TEXT NOT NULL CHECK (channel IN ('sms', 'email')),
    address_sealed TEXT,
    text_sealed TEXT,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'refused', 'given_up')),
    provider_id TEXT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT one_send_per_channel UNIQUE (message_id, channel),
    CONSTRAINT erased_when_over CHECK (state = 'pending' OR (text_sealed IS NULL AND address_sealed IS NULL)),
    CONSTRAINT over_at_a_time CHECK ((state = 'pending') = (finished_at IS NULL))
);
CREATE INDEX ix_message_sends_finished ON message_sends (finished_at);
CREATE TABLE message_attempts (
    send_id UUID NOT NULL REFERENCES message_sends (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (send_id, number)
);
CREATE TABLE message_preferences (
    account_id UUID NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    sms BOOLEAN NOT NULL,
    email BOOLEAN NOT NULL
);
CREATE TABLE one_time_codes (
    id UUID NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    subject TEXT NOT NULL,
    asked_from TEXT NOT NULL,
    account_id UUID REFERENCES accounts (id) ON DELETE CASCADE,
    target_sealed TEXT,
    code_hash TEXT NOT NULL,
    tries INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE
);
CREATE INDEX ix_one_time_codes_subject ON one_time_codes (purpose, subject, created_at);
ALTER TABLE accounts ADD COLUMN email_sealed TEXT;
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
