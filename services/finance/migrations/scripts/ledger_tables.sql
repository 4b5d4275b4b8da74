-- The ledger's tables. Money is in fen; a posting takes from its source and gives to its destination, so
-- an account's balance is what came in less what went out, and all balances together are always zero.

CREATE TABLE ledger_accounts (
  code TEXT PRIMARY KEY
    CHECK (length(code) <= 120 AND code ~ '^[A-Za-z0-9][A-Za-z0-9-]*(:[A-Za-z0-9][A-Za-z0-9-]*)*$'),
  kind TEXT NOT NULL CHECK (kind IN ('asset', 'liability', 'equity', 'income', 'expense')),
  title_zh TEXT NOT NULL,
  title_en TEXT NOT NULL,
  guarded BOOLEAN NOT NULL,
  posted_fen BIGINT NOT NULL DEFAULT 0,
  pending_in_fen BIGINT NOT NULL DEFAULT 0 CHECK (pending_in_fen >= 0),
  pending_out_fen BIGINT NOT NULL DEFAULT 0 CHECK (pending_out_fen >= 0),
  entries BIGINT NOT NULL DEFAULT 0,
  opened_at TIMESTAMPTZ NOT NULL,
  CONSTRAINT ledger_account_funded CHECK (NOT guarded OR posted_fen - pending_out_fen >= 0)
);
-- beancount writes each part of a name with a capital: two names must not meet there
CREATE UNIQUE INDEX ux_ledger_accounts_folded ON ledger_accounts (lower(code));

CREATE TABLE ledger_transactions (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE CHECK (reference ~ '^[A-Za-z0-9][A-Za-z0-9._:-]{0,119}$'),
  idempotency_key TEXT NOT NULL UNIQUE,
  digest BYTEA NOT NULL,
  kind TEXT NOT NULL CHECK (kind ~ '^[a-z][a-z_]{0,39}$'),
  description TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'posted', 'voided')),
  value_on DATE NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  posted_at TIMESTAMPTZ,
  voided_at TIMESTAMPTZ,
  reverses BIGINT UNIQUE REFERENCES ledger_transactions (id),
  reason TEXT,
  CHECK ((status = 'posted') = (posted_at IS NOT NULL)),
  CHECK ((status = 'voided') = (voided_at IS NOT NULL)),
  CHECK ((reverses IS NULL) = (reason IS NULL))
);
CREATE INDEX ix_ledger_transactions_books ON ledger_transactions (value_on, id) WHERE status = 'posted';

CREATE TABLE ledger_postings (
  transaction_id BIGINT NOT NULL REFERENCES ledger_transactions (id),
  number INTEGER NOT NULL,
  source TEXT NOT NULL REFERENCES ledger_accounts (code),
  destination TEXT NOT NULL REFERENCES ledger_accounts (code),
  amount_fen BIGINT NOT NULL CHECK (amount_fen > 0 AND amount_fen <= 1000000000000000),
  PRIMARY KEY (transaction_id, number),
  CHECK (source <> destination)
);

CREATE TABLE ledger_entries (
  account_code TEXT NOT NULL REFERENCES ledger_accounts (code),
  sequence BIGINT NOT NULL,
  transaction_id BIGINT NOT NULL,
  posting_number INTEGER NOT NULL,
  amount_fen BIGINT NOT NULL CHECK (amount_fen <> 0),
  balance_fen BIGINT NOT NULL,
  PRIMARY KEY (account_code, sequence),
  UNIQUE (transaction_id, posting_number, account_code),
  FOREIGN KEY (transaction_id, posting_number) REFERENCES ledger_postings (transaction_id, number)
);
