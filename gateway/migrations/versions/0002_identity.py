"""Accounts, sessions, keys, OAuth: gateway.identity.tables as they first were."""

from alembic import op

from kit.migrations import run_script

revision = "0002"
down_revision = "0001"

SCRIPT = """
CREATE TABLE accounts (
    id UUID NOT NULL,
    username_hash TEXT NOT NULL,
    username_sealed TEXT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT,
    person TEXT,
    id_number_sealed TEXT,
    roles TEXT[] NOT NULL,
    org TEXT,
    regions TEXT[] NOT NULL,
    state TEXT NOT NULL,
    locked_reason TEXT,
    is_demo BOOLEAN DEFAULT 'false' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    verified_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    UNIQUE (username_hash),
    UNIQUE (person)
);
CREATE INDEX ix_accounts_created ON accounts (created_at, id);
CREATE INDEX ix_accounts_org ON accounts (org, created_at, id);
CREATE TABLE login_attempts (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    username_hash TEXT NOT NULL,
    ip_hash TEXT NOT NULL,
    succeeded BOOLEAN NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_login_attempts_ip ON login_attempts (ip_hash, at);
CREATE INDEX ix_login_attempts_username ON login_attempts (username_hash, at);
CREATE TABLE oauth_clients (
    client_id TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    kind TEXT NOT NULL,
    auth_method TEXT NOT NULL,
    redirect_uris TEXT[] NOT NULL,
    scopes TEXT[] NOT NULL,
    roles TEXT[] NOT NULL,
    org TEXT,
    regions TEXT[] NOT NULL,
    dpop_bound BOOLEAN NOT NULL,
    secret_hash TEXT,
    state TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (client_id)
);
CREATE TABLE revocations (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (kind, value),
    UNIQUE (id)
);
CREATE INDEX ix_revocations_expires ON revocations (expires_at);
CREATE TABLE signing_keys (
    kid TEXT NOT NULL,
    state TEXT NOT NULL,
    private_sealed TEXT NOT NULL,
    public_jwk TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    activated_at TIMESTAMP WITH TIME ZONE,
    retired_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (kid)
);
CREATE UNIQUE INDEX one_active_signing_key ON signing_keys (state) WHERE state = 'active';
CREATE UNIQUE INDEX one_next_signing_key ON signing_keys (state) WHERE state = 'next';
CREATE TABLE used_jtis (
    digest BYTEA NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (digest)
);
CREATE INDEX ix_used_jtis_expires ON used_jtis (expires_at);
CREATE TABLE authorization_codes (
    code_hash BYTEA NOT NULL,
    sid TEXT NOT NULL,
    account_id UUID NOT NULL,
    client_id TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    scope TEXT NOT NULL,
    challenge TEXT NOT NULL,
    jkt TEXT,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (code_hash),
    UNIQUE (sid),
    FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    FOREIGN KEY(client_id) REFERENCES oauth_clients (client_id)
);
CREATE INDEX ix_authorization_codes_expires ON authorization_codes (expires_at);
CREATE TABLE client_keys (
    client_id TEXT NOT NULL,
    kid TEXT NOT NULL,
    alg TEXT NOT NULL,
    jwk TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (client_id, kid),
    FOREIGN KEY(client_id) REFERENCES oauth_clients (client_id)
);
CREATE TABLE consents (
    account_id UUID NOT NULL,
    client_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (account_id, client_id),
    FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    FOREIGN KEY(client_id) REFERENCES oauth_clients (client_id)
);
CREATE TABLE credentials (
    account_id UUID NOT NULL,
    password_hash TEXT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    must_change BOOLEAN DEFAULT 'false' NOT NULL,
    PRIMARY KEY (account_id),
    FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE TABLE grants (
    sid TEXT NOT NULL,
    account_id UUID NOT NULL,
    client_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    jkt TEXT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (sid),
    FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    FOREIGN KEY(client_id) REFERENCES oauth_clients (client_id)
);
CREATE INDEX ix_grants_account ON grants (account_id) WHERE revoked_at IS NULL;
CREATE TABLE sessions (
    sid TEXT NOT NULL,
    account_id UUID NOT NULL,
    secret_hash BYTEA NOT NULL,
    previous_hash BYTEA,
    rotated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    user_agent TEXT DEFAULT '' NOT NULL,
    previous_sign_in_at TIMESTAMP WITH TIME ZONE,
    failed_attempts INTEGER DEFAULT '0' NOT NULL,
    PRIMARY KEY (sid),
    FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    UNIQUE (secret_hash),
    UNIQUE (previous_hash)
);
CREATE INDEX ix_sessions_account ON sessions (account_id) WHERE ended_at IS NULL;
CREATE INDEX ix_sessions_expires ON sessions (expires_at);
CREATE TABLE refresh_tokens (
    token_hash BYTEA NOT NULL,
    sid TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (token_hash),
    FOREIGN KEY(sid) REFERENCES grants (sid) ON DELETE CASCADE
);
CREATE INDEX ix_refresh_tokens_sid ON refresh_tokens (sid);

ALTER TABLE accounts ADD CONSTRAINT account_state
    CHECK (state IN ('active', 'pending_verification', 'locked', 'closed'));
ALTER TABLE oauth_clients ADD CONSTRAINT client_kind CHECK (kind IN ('machine', 'app'));
ALTER TABLE oauth_clients ADD CONSTRAINT client_auth_method
    CHECK (auth_method IN ('private_key_jwt', 'client_secret_basic', 'none'));
ALTER TABLE oauth_clients ADD CONSTRAINT machines_prove_themselves
    CHECK (kind = 'app' OR auth_method <> 'none');
ALTER TABLE signing_keys ADD CONSTRAINT signing_key_state
    CHECK (state IN ('next', 'active', 'retired'));
ALTER TABLE revocations ADD CONSTRAINT revocation_kind CHECK (kind IN ('jti', 'sid', 'sub'));
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
