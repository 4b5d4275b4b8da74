-- A risk pool: each level of government pays in its own share and answers with it. Rates are fractions of
-- one. `contributed` is the size of the pool; the money in it is contributed - compensated + returned.

CREATE TABLE risk_pools (
  code TEXT PRIMARY KEY CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,59}$'),
  title_zh TEXT NOT NULL,
  title_en TEXT NOT NULL,
  region_code TEXT NOT NULL,
  leverage NUMERIC(6, 2) NOT NULL CHECK (leverage > 0),
  compensation_cap NUMERIC(7, 6) NOT NULL CHECK (compensation_cap > 0 AND compensation_cap <= 1),
  npl_stop_rate NUMERIC(7, 6) NOT NULL CHECK (npl_stop_rate > 0 AND npl_stop_rate <= 1),
  npl_judged_from_fen BIGINT NOT NULL CHECK (npl_judged_from_fen >= 0),
  target_min_fen BIGINT,
  target_max_fen BIGINT,
  parameters_from DATE NOT NULL,
  source_document TEXT NOT NULL,
  is_demo BOOLEAN NOT NULL,
  exposure_fen BIGINT NOT NULL DEFAULT 0,
  npl_fen BIGINT NOT NULL DEFAULT 0,
  UNIQUE (code, leverage),
  CHECK (target_min_fen IS NULL OR target_max_fen >= target_min_fen),
  CONSTRAINT risk_pool_npl CHECK (0 <= npl_fen AND npl_fen <= exposure_fen)
);

CREATE TABLE risk_pool_shares (
  pool_code TEXT NOT NULL,
  share TEXT NOT NULL CHECK (share IN ('province', 'city', 'county')),
  leverage NUMERIC(6, 2) NOT NULL,
  account_code TEXT NOT NULL UNIQUE REFERENCES ledger_accounts (code),
  contributed_fen BIGINT NOT NULL DEFAULT 0 CHECK (contributed_fen >= 0),
  compensated_fen BIGINT NOT NULL DEFAULT 0 CHECK (compensated_fen >= 0),
  returned_fen BIGINT NOT NULL DEFAULT 0 CHECK (returned_fen >= 0),
  reserved_fen BIGINT NOT NULL DEFAULT 0 CHECK (reserved_fen >= 0),
  PRIMARY KEY (pool_code, share),
  FOREIGN KEY (pool_code, leverage) REFERENCES risk_pools (code, leverage) ON UPDATE CASCADE,
  CONSTRAINT risk_pool_returned CHECK (returned_fen <= compensated_fen),
  CONSTRAINT risk_pool_money CHECK (contributed_fen - compensated_fen + returned_fen >= 0),
  CONSTRAINT risk_pool_leverage CHECK (reserved_fen <= contributed_fen * leverage)
);

-- A loss shrinks the money but not the promises given before it; who promises more, or takes a
-- contribution back, looks at the money that is then left.
CREATE FUNCTION risk_pool_promises_what_it_has() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.reserved_fen > (NEW.contributed_fen - NEW.compensated_fen + NEW.returned_fen) * NEW.leverage THEN
    RAISE EXCEPTION 'the % share of pool % is reserved to its limit', NEW.share, NEW.pool_code
      USING ERRCODE = 'check_violation', CONSTRAINT = 'risk_pool_promises';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER risk_pool_promises BEFORE UPDATE OF reserved_fen, contributed_fen ON risk_pool_shares
  FOR EACH ROW WHEN (NEW.reserved_fen > OLD.reserved_fen OR NEW.contributed_fen < OLD.contributed_fen)
  EXECUTE FUNCTION risk_pool_promises_what_it_has();

-- The part of one loan's principal that the pool answers for.
CREATE TABLE cover_reservations (
  loan_reference TEXT PRIMARY KEY,
  pool_code TEXT NOT NULL REFERENCES risk_pools (code),
  principal_fen BIGINT NOT NULL CHECK (principal_fen > 0),
  outstanding_fen BIGINT NOT NULL,
  compensated_fen BIGINT NOT NULL DEFAULT 0,
  non_performing BOOLEAN NOT NULL DEFAULT false,
  bank_rate NUMERIC(11, 10) NOT NULL CHECK (bank_rate >= 0 AND bank_rate <= 1),
  reserved_on DATE NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  CONSTRAINT cover_outstanding CHECK (outstanding_fen >= 0 AND compensated_fen >= 0
    AND outstanding_fen + compensated_fen <= principal_fen)
);
CREATE INDEX ix_cover_reservations_pool ON cover_reservations (pool_code, created_at, loan_reference);

CREATE TABLE cover_shares (
  loan_reference TEXT NOT NULL REFERENCES cover_reservations (loan_reference),
  share TEXT NOT NULL CHECK (share IN ('province', 'city', 'county')),
  rate NUMERIC(11, 10) NOT NULL CHECK (rate > 0 AND rate <= 1),
  reserved_fen BIGINT NOT NULL CHECK (reserved_fen >= 0),
  PRIMARY KEY (loan_reference, share)
);

CREATE TABLE cover_moves (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  loan_reference TEXT NOT NULL REFERENCES cover_reservations (loan_reference),
  kind TEXT NOT NULL CHECK (kind IN ('reserved', 'released', 'restored', 'flagged', 'cleared', 'compensated')),
  principal_fen BIGINT NOT NULL CHECK (principal_fen >= 0),
  at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_cover_moves_loan ON cover_moves (loan_reference, id);
CREATE TRIGGER cover_moves_append_only BEFORE UPDATE OR DELETE ON cover_moves
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What the pool paid on one claim. `base` is unpaid principal, `recovered` what came back less costs.
CREATE TABLE compensations (
  claim_reference TEXT PRIMARY KEY,
  pool_code TEXT NOT NULL REFERENCES risk_pools (code),
  loan_reference TEXT NOT NULL REFERENCES cover_reservations (loan_reference),
  base_fen BIGINT NOT NULL CHECK (base_fen > 0),
  recovered_fen BIGINT NOT NULL DEFAULT 0 CHECK (recovered_fen >= 0),
  paid_on DATE NOT NULL,
  clawed_back_on DATE,
  claw_back_reason TEXT,
  CHECK ((clawed_back_on IS NULL) = (claw_back_reason IS NULL))
);
CREATE INDEX ix_compensations_loan ON compensations (loan_reference);

CREATE TABLE compensation_shares (
  claim_reference TEXT NOT NULL REFERENCES compensations (claim_reference),
  share TEXT NOT NULL CHECK (share IN ('province', 'city', 'county')),
  rate NUMERIC(11, 10) NOT NULL CHECK (rate > 0 AND rate <= 1),
  base_fen BIGINT NOT NULL CHECK (base_fen > 0),
  recovered_fen BIGINT NOT NULL DEFAULT 0 CHECK (recovered_fen >= 0),
  paid_fen BIGINT NOT NULL CHECK (paid_fen >= 0),
  returned_fen BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (claim_reference, share),
  CONSTRAINT compensation_returned CHECK (returned_fen BETWEEN 0 AND paid_fen),
  CONSTRAINT compensation_bound
    CHECK (paid_fen - returned_fen <= rate * greatest(base_fen - recovered_fen, 0))
);

CREATE TABLE recoveries (
  recovery_reference TEXT PRIMARY KEY,
  claim_reference TEXT NOT NULL REFERENCES compensations (claim_reference),
  amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
  costs_fen BIGINT NOT NULL CHECK (costs_fen BETWEEN 0 AND amount_fen),
  -- each level rounds its part up, so that it never bears more than its rate: a fen per level at most
  returned_fen BIGINT NOT NULL CHECK (returned_fen BETWEEN 0 AND amount_fen - costs_fen + 2),
  recovered_on DATE NOT NULL,
  created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_recoveries_claim ON recoveries (claim_reference);
CREATE TRIGGER recoveries_append_only BEFORE UPDATE OR DELETE ON recoveries
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE recovery_reversals (
  recovery_reference TEXT PRIMARY KEY REFERENCES recoveries (recovery_reference),
  reversed_on DATE NOT NULL,
  created_at TIMESTAMPTZ NOT NULL
);
CREATE TRIGGER recovery_reversals_append_only BEFORE UPDATE OR DELETE ON recovery_reversals
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
