-- The only ways to write the ledger. Each locks its accounts in the order of their codes before anything
-- else, so that two posts can wait for each other in one direction only; each answers with an outcome
-- where a refusal is foreseeable, so that the caller's transaction lives on.

CREATE FUNCTION ledger_open(
  p_code TEXT, p_kind TEXT, p_title_zh TEXT, p_title_en TEXT, p_guarded BOOLEAN, p_at TIMESTAMPTZ
) RETURNS BOOLEAN LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO ledger_accounts (code, kind, title_zh, title_en, guarded, opened_at)
  VALUES (p_code, p_kind, p_title_zh, p_title_en, p_guarded, coalesce(p_at, now())) ON CONFLICT DO NOTHING;
  RETURN EXISTS (SELECT 1 FROM ledger_accounts
                 WHERE code = p_code AND kind = p_kind AND guarded = p_guarded);
END $$;

CREATE FUNCTION ledger_lock(p_codes TEXT[]) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM ledger_accounts WHERE code = ANY (p_codes) ORDER BY code FOR NO KEY UPDATE;
END $$;

-- Carries a posted transaction into the history and balance of its accounts (which are locked).
CREATE FUNCTION ledger_enter(p_transaction BIGINT) RETURNS VOID
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH sides AS (
    SELECT source AS code, number, 0 AS side, -amount_fen AS amount FROM ledger_postings
    WHERE transaction_id = p_transaction
    UNION ALL
    SELECT destination, number, 1, amount_fen FROM ledger_postings
    WHERE transaction_id = p_transaction
  ), moves AS (
    SELECT code, number, amount, row_number() OVER w AS nth, sum(amount) OVER w AS running
    FROM sides WINDOW w AS (PARTITION BY code ORDER BY number, side)
  ), entered AS (
    INSERT INTO ledger_entries
    SELECT m.code, a.entries + m.nth, p_transaction, m.number, m.amount, a.posted_fen + m.running
    FROM moves m JOIN ledger_accounts a ON a.code = m.code
  )
  UPDATE ledger_accounts a
  SET posted_fen = a.posted_fen + t.net, entries = a.entries + t.added
  FROM (SELECT code, sum(amount)::BIGINT AS net, count(*) AS added FROM moves GROUP BY code) t
  WHERE a.code = t.code
$$;

-- Adds (sign 1) or takes back (sign -1) what a pending transaction holds.
CREATE FUNCTION ledger_hold(p_transaction BIGINT, p_sign INTEGER) RETURNS VOID
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE ledger_accounts a
  SET pending_out_fen = a.pending_out_fen + p_sign * t.going,
      pending_in_fen = a.pending_in_fen + p_sign * t.coming
  FROM (
    SELECT code, sum(going)::BIGINT AS going, sum(coming)::BIGINT AS coming FROM (
      SELECT source AS code, amount_fen AS going, 0 AS coming FROM ledger_postings
      WHERE transaction_id = p_transaction
      UNION ALL
      SELECT destination, 0, amount_fen FROM ledger_postings WHERE transaction_id = p_transaction
    ) s GROUP BY code
  ) t
  WHERE a.code = t.code
$$;

-- outcome: made | exists (id: the one that is there) | reversed | unknown_account | insufficient_funds
CREATE FUNCTION ledger_post(
  p_reference TEXT, p_key TEXT, p_digest BYTEA, p_kind TEXT, p_description TEXT, p_value_on DATE,
  p_pending BOOLEAN, p_sources TEXT[], p_destinations TEXT[], p_amounts BIGINT[],
  p_at TIMESTAMPTZ, p_reverses BIGINT, p_reason TEXT,
  OUT outcome TEXT, OUT account TEXT, OUT id BIGINT
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM ledger_lock(p_sources || p_destinations);
  SELECT t.id INTO id FROM ledger_transactions t
  WHERE t.reference = p_reference OR t.idempotency_key = p_key ORDER BY t.id LIMIT 1;
  IF id IS NOT NULL THEN outcome := 'exists'; RETURN; END IF;

  SELECT min(u.code) INTO account FROM unnest(p_sources || p_destinations) u(code)
  WHERE NOT EXISTS (SELECT 1 FROM ledger_accounts a WHERE a.code = u.code);
  IF account IS NOT NULL THEN outcome := 'unknown_account'; RETURN; END IF;

  SELECT a.code INTO account FROM ledger_accounts a JOIN (
    SELECT code, sum(amount) AS net FROM (
      SELECT u.source AS code, -u.amount AS amount FROM unnest(p_sources, p_amounts) u(source, amount)
      UNION ALL
      SELECT u.destination, u.amount FROM unnest(p_destinations, p_amounts) u(destination, amount)
      WHERE NOT p_pending
    ) s GROUP BY code
  ) t ON t.code = a.code
  WHERE a.guarded AND t.net < 0 AND a.posted_fen - a.pending_out_fen + t.net < 0
  ORDER BY a.code LIMIT 1;
  IF account IS NOT NULL THEN outcome := 'insufficient_funds'; RETURN; END IF;

  INSERT INTO ledger_transactions (reference, idempotency_key, digest, kind, description, status,
    value_on, created_at, posted_at, reverses, reason)
  VALUES (p_reference, p_key, p_digest, p_kind, p_description,
    CASE WHEN p_pending THEN 'pending' ELSE 'posted' END,
    p_value_on, p_at, CASE WHEN p_pending THEN NULL ELSE p_at END, p_reverses, p_reason)
  ON CONFLICT DO NOTHING RETURNING ledger_transactions.id INTO id;
  IF id IS NULL THEN
    SELECT t.id INTO id FROM ledger_transactions t
    WHERE t.reference = p_reference OR t.idempotency_key = p_key ORDER BY t.id LIMIT 1;
    outcome := CASE WHEN id IS NULL THEN 'reversed' ELSE 'exists' END;
    RETURN;
  END IF;

  INSERT INTO ledger_postings (transaction_id, number, source, destination, amount_fen)
  SELECT ledger_post.id, u.number, u.source, u.destination, u.amount
  FROM unnest(p_sources, p_destinations, p_amounts)
    WITH ORDINALITY u(source, destination, amount, number);
  IF p_pending THEN PERFORM ledger_hold(id, 1); ELSE PERFORM ledger_enter(id); END IF;
  outcome := 'made';
END $$;

-- Ends a pending transaction once: 'posted' with its final value date, or 'voided'.
-- outcome: made | not_pending | unknown
CREATE FUNCTION ledger_settle(
  p_reference TEXT, p_status TEXT, p_value_on DATE, p_at TIMESTAMPTZ,
  OUT outcome TEXT, OUT id BIGINT
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  SELECT t.id INTO id FROM ledger_transactions t WHERE t.reference = p_reference;
  IF id IS NULL THEN outcome := 'unknown'; RETURN; END IF;
  PERFORM ledger_lock(ARRAY(
    SELECT unnest(ARRAY[p.source, p.destination]) FROM ledger_postings p
    WHERE p.transaction_id = ledger_settle.id));
  UPDATE ledger_transactions t
  SET status = p_status, value_on = coalesce(p_value_on, t.value_on),
      posted_at = CASE WHEN p_status = 'posted' THEN p_at END,
      voided_at = CASE WHEN p_status = 'voided' THEN p_at END
  WHERE t.id = ledger_settle.id AND t.status = 'pending';
  IF NOT FOUND THEN outcome := 'not_pending'; RETURN; END IF;
  PERFORM ledger_hold(id, -1);
  IF p_status = 'posted' THEN PERFORM ledger_enter(id); END IF;
  outcome := 'made';
END $$;
