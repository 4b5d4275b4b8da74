-- A budget for subsidies: money appropriated, promised (committed), owed (obligated) and paid.

CREATE TABLE budgets (
  code TEXT PRIMARY KEY CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,59}$'),
  title_zh TEXT NOT NULL,
  title_en TEXT NOT NULL,
  region_code TEXT NOT NULL,
  fiscal_year INTEGER NOT NULL,
  account_code TEXT NOT NULL UNIQUE REFERENCES ledger_accounts (code),
  is_demo BOOLEAN NOT NULL,
  appropriated_fen BIGINT NOT NULL DEFAULT 0,
  committed_fen BIGINT NOT NULL DEFAULT 0,
  obligated_fen BIGINT NOT NULL DEFAULT 0,
  paid_fen BIGINT NOT NULL DEFAULT 0,
  refunded_fen BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT budget_refunded CHECK (refunded_fen BETWEEN 0 AND paid_fen),
  CONSTRAINT budget_order CHECK (0 <= paid_fen AND paid_fen <= obligated_fen
    AND obligated_fen <= committed_fen AND committed_fen <= appropriated_fen)
);

CREATE TABLE budget_items (
  budget_code TEXT NOT NULL REFERENCES budgets (code),
  reference TEXT NOT NULL,
  committed_fen BIGINT NOT NULL,
  obligated_fen BIGINT NOT NULL DEFAULT 0,
  paid_fen BIGINT NOT NULL DEFAULT 0,
  refunded_fen BIGINT NOT NULL DEFAULT 0,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (budget_code, reference),
  CONSTRAINT budget_item_order CHECK (0 <= paid_fen AND paid_fen <= obligated_fen
    AND obligated_fen <= committed_fen),
  CONSTRAINT budget_item_refunded CHECK (refunded_fen BETWEEN 0 AND paid_fen)
);

CREATE TABLE budget_moves (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  budget_code TEXT NOT NULL,
  reference TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('committed', 'obligated', 'paid', 'released', 'refunded')),
  amount_fen BIGINT NOT NULL CHECK (amount_fen >= 0),
  moved_on DATE NOT NULL,
  at TIMESTAMPTZ NOT NULL,
  FOREIGN KEY (budget_code, reference) REFERENCES budget_items (budget_code, reference)
);
CREATE INDEX ix_budget_moves_item ON budget_moves (budget_code, reference, id);
CREATE TRIGGER budget_moves_append_only BEFORE UPDATE OR DELETE ON budget_moves
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
