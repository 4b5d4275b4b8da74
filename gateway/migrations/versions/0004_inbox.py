"""The event feed, webhook endpoints and deliveries."""

from alembic import op

from kit.migrations import run_script

revision = "0004"
down_revision = "0003"

SCRIPT = """
CREATE TABLE feed_events (
    position BIGINT NOT NULL,
    event_id UUID NOT NULL,
    type TEXT NOT NULL,
    subject TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    time TIMESTAMP WITH TIME ZONE NOT NULL,
    data JSONB NOT NULL,
    stream TEXT NOT NULL,
    stream_sequence BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (position),
    UNIQUE (event_id)
);
CREATE INDEX ix_feed_events_recorded ON feed_events (recorded_at);
CREATE TABLE feed_head (
    id SMALLINT NOT NULL,
    position BIGINT NOT NULL,
    pruned_to BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE feed_sources (
    stream TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (stream)
);
CREATE TABLE webhook_endpoints (
    id UUID NOT NULL,
    org TEXT NOT NULL,
    url TEXT NOT NULL,
    description TEXT NOT NULL,
    event_types TEXT[] NOT NULL,
    state TEXT NOT NULL,
    disabled_reason TEXT,
    created_by TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_webhook_endpoints_org ON webhook_endpoints (org, created_at, id);
CREATE TABLE feed_readers (
    principal TEXT NOT NULL,
    position BIGINT NOT NULL,
    type TEXT NOT NULL,
    PRIMARY KEY (principal, position),
    FOREIGN KEY(position) REFERENCES feed_events (position) ON DELETE CASCADE
);
CREATE INDEX ix_feed_readers_position ON feed_readers (position);
CREATE TABLE webhook_deliveries (
    id UUID NOT NULL,
    endpoint_id UUID NOT NULL,
    event_id UUID NOT NULL,
    type TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    FOREIGN KEY(endpoint_id) REFERENCES webhook_endpoints (id) ON DELETE CASCADE
);
CREATE INDEX ix_webhook_deliveries_created ON webhook_deliveries (created_at);
CREATE INDEX ix_webhook_deliveries_due ON webhook_deliveries (endpoint_id, next_attempt_at) WHERE state = 'pending';
CREATE INDEX ix_webhook_deliveries_log ON webhook_deliveries (endpoint_id, created_at, id);
CREATE UNIQUE INDEX ux_webhook_deliveries_event ON webhook_deliveries (endpoint_id, event_id) WHERE kind = 'event';
CREATE TABLE webhook_secrets (
    id UUID NOT NULL,
    endpoint_id UUID NOT NULL,
    sealed TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    FOREIGN KEY(endpoint_id) REFERENCES webhook_endpoints (id) ON DELETE CASCADE
);
CREATE INDEX ix_webhook_secrets_endpoint ON webhook_secrets (endpoint_id);
CREATE TABLE webhook_attempts (
    delivery_id UUID NOT NULL,
    number INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    duration_ms INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    status INTEGER,
    PRIMARY KEY (delivery_id, number),
    FOREIGN KEY(delivery_id) REFERENCES webhook_deliveries (id) ON DELETE CASCADE
);

INSERT INTO feed_head (id, position, pruned_to) VALUES (1, 0, 0);
ALTER TABLE feed_head ADD CONSTRAINT one_head CHECK (id = 1);
ALTER TABLE feed_head ADD CONSTRAINT pruned_is_past CHECK (pruned_to BETWEEN 0 AND position);
ALTER TABLE webhook_endpoints ADD CONSTRAINT webhook_endpoint_state
    CHECK (state IN ('enabled', 'disabled'));
ALTER TABLE webhook_endpoints ADD CONSTRAINT disabled_for_a_reason
    CHECK ((state = 'disabled') = (disabled_reason IS NOT NULL));
ALTER TABLE webhook_deliveries ADD CONSTRAINT webhook_delivery_kind
    CHECK (kind IN ('event', 'redelivery', 'test'));
ALTER TABLE webhook_deliveries ADD CONSTRAINT webhook_delivery_state
    CHECK (state IN ('pending', 'delivered', 'given_up'));
ALTER TABLE webhook_deliveries ADD CONSTRAINT pending_has_a_time
    CHECK ((state = 'pending') = (next_attempt_at IS NOT NULL));
ALTER TABLE webhook_deliveries ADD CONSTRAINT finished_when_not_pending
    CHECK ((state = 'pending') = (finished_at IS NULL));
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
