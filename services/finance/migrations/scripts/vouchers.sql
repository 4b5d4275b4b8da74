-- Money given to a pool's share or a budget, or taken back: one person proposes, another confirms.
-- A voucher says who and why; the books (`entry`) say what it did. What is settled stays as it is.

CREATE TABLE vouchers (
  id UUID PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('contribution', 'appropriation', 'reversal')),
  pool_code TEXT,
  share TEXT,
  budget_code TEXT REFERENCES budgets (code),
  region_code TEXT NOT NULL,
  reference TEXT NOT NULL,
  entry TEXT NOT NULL,
  amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
  reverses UUID REFERENCES vouchers (id),
  reason TEXT,
  value_on DATE,
  confirm_by DATE NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('proposed', 'confirmed', 'withdrawn', 'expired')),
  version INTEGER NOT NULL DEFAULT 1,
  proposed_by TEXT NOT NULL,
  proposed_by_person TEXT,
  proposed_by_name TEXT,
  proposed_at TIMESTAMPTZ NOT NULL,
  settled_by TEXT,
  settled_by_person TEXT,
  settled_by_name TEXT,
  settled_reason TEXT,
  settled_at TIMESTAMPTZ,
  FOREIGN KEY (pool_code, share) REFERENCES risk_pool_shares (pool_code, share) MATCH FULL,
  CHECK ((pool_code IS NULL) <> (budget_code IS NULL)),
  CHECK (kind <> 'contribution' OR pool_code IS NOT NULL),
  CHECK (kind <> 'appropriation' OR budget_code IS NOT NULL),
  CHECK ((kind = 'reversal') = (reverses IS NOT NULL)),
  CHECK ((reverses IS NULL) = (reason IS NULL)),
  CHECK (reverses IS NULL OR value_on IS NOT NULL),
  CHECK ((state = 'proposed') = (settled_at IS NULL)),
  CHECK ((settled_at IS NULL) = (settled_by IS NULL)),
  CHECK (state <> 'confirmed' OR value_on IS NOT NULL),
  CHECK (state <> 'withdrawn' OR settled_reason IS NOT NULL),
  CONSTRAINT voucher_two_people CHECK (state <> 'confirmed'
    OR (settled_by <> proposed_by AND coalesce(settled_by_person <> proposed_by_person, true)))
);
-- the treasury's number counts once for each fund; a withdrawn one is free again
CREATE UNIQUE INDEX ux_vouchers_reference
  ON vouchers (coalesce(pool_code, ''), coalesce(budget_code, ''), reference)
  WHERE reverses IS NULL AND state IN ('proposed', 'confirmed');
CREATE UNIQUE INDEX ux_vouchers_reverses ON vouchers (reverses) WHERE state IN ('proposed', 'confirmed');
CREATE UNIQUE INDEX ux_vouchers_entry ON vouchers (entry) WHERE reverses IS NULL;
CREATE INDEX ix_vouchers_newest ON vouchers (proposed_at, id);
CREATE INDEX ix_vouchers_waiting ON vouchers (confirm_by, id) WHERE state = 'proposed';

CREATE FUNCTION voucher_settles_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.version <> OLD.version + 1
    OR (NEW.id, NEW.kind, NEW.pool_code, NEW.share, NEW.budget_code, NEW.region_code, NEW.reference,
        NEW.entry, NEW.amount_fen, NEW.reverses, NEW.reason, NEW.confirm_by, NEW.proposed_by,
        NEW.proposed_by_person, NEW.proposed_by_name, NEW.proposed_at) IS DISTINCT FROM
       (OLD.id, OLD.kind, OLD.pool_code, OLD.share, OLD.budget_code, OLD.region_code, OLD.reference,
        OLD.entry, OLD.amount_fen, OLD.reverses, OLD.reason, OLD.confirm_by, OLD.proposed_by,
        OLD.proposed_by_person, OLD.proposed_by_name, OLD.proposed_at)
    OR (OLD.state <> 'proposed'
        AND (NEW.state, NEW.value_on, NEW.settled_by, NEW.settled_by_person, NEW.settled_by_name,
             NEW.settled_reason, NEW.settled_at) IS DISTINCT FROM
            (OLD.state, OLD.value_on, OLD.settled_by, OLD.settled_by_person, OLD.settled_by_name,
             OLD.settled_reason, OLD.settled_at))
  THEN
    RAISE EXCEPTION 'a voucher is settled once: correct it by a reversal'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vouchers_settle_once BEFORE UPDATE ON vouchers
  FOR EACH ROW EXECUTE FUNCTION voucher_settles_once();
CREATE TRIGGER vouchers_kept BEFORE DELETE ON vouchers
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- When the work is committed, the books say of a voucher what it says itself.
CREATE FUNCTION voucher_is_in_the_books() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  mine RECORD; booked TEXT;
BEGIN
  SELECT v.state, v.entry, v.amount_fen, v.reverses INTO mine FROM vouchers v WHERE v.id = NEW.id;
  SELECT t.status INTO booked FROM ledger_transactions t
  WHERE t.reference = mine.entry AND mine.amount_fen =
    (SELECT sum(p.amount_fen) FROM ledger_postings p WHERE p.transaction_id = t.id);
  IF booked IS DISTINCT FROM (CASE
    WHEN mine.state = 'confirmed' THEN 'posted'
    WHEN mine.reverses IS NOT NULL THEN NULL
    WHEN mine.state = 'proposed' THEN 'pending'
    ELSE 'voided' END)
  THEN
    RAISE EXCEPTION 'voucher % is %, its entry in the books is %', mine.entry, mine.state,
      coalesce(booked, 'not there') USING ERRCODE = 'check_violation',
      CONSTRAINT = 'voucher_in_the_books';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER vouchers_in_the_books AFTER INSERT OR UPDATE ON vouchers
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION voucher_is_in_the_books();
