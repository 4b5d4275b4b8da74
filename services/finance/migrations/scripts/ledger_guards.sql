-- What nobody may do to the ledger, the owner of the tables included.

CREATE TRIGGER ledger_postings_append_only BEFORE UPDATE OR DELETE ON ledger_postings
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE ON ledger_entries
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_transactions_kept BEFORE DELETE ON ledger_transactions
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_accounts_kept BEFORE DELETE ON ledger_accounts
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION ledger_settles_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status <> 'pending' OR NEW.status NOT IN ('posted', 'voided')
    OR (NEW.id, NEW.reference, NEW.idempotency_key, NEW.digest, NEW.kind, NEW.description,
        NEW.created_at, NEW.reverses, NEW.reason) IS DISTINCT FROM
       (OLD.id, OLD.reference, OLD.idempotency_key, OLD.digest, OLD.kind, OLD.description,
        OLD.created_at, OLD.reverses, OLD.reason)
  THEN
    RAISE EXCEPTION 'a transaction only ends its pending state, once: correct by reversing'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ledger_transactions_settle_once BEFORE UPDATE ON ledger_transactions
  FOR EACH ROW EXECUTE FUNCTION ledger_settles_once();

CREATE FUNCTION ledger_account_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.code, NEW.kind, NEW.guarded, NEW.opened_at)
    IS DISTINCT FROM (OLD.code, OLD.kind, OLD.guarded, OLD.opened_at) OR NEW.entries < OLD.entries
  THEN
    RAISE EXCEPTION 'an account keeps its code, kind and guard' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ledger_accounts_stay BEFORE UPDATE ON ledger_accounts
  FOR EACH ROW EXECUTE FUNCTION ledger_account_stays();

-- When the work is committed, a transaction has postings, and a posted one both sides of each.
CREATE FUNCTION ledger_transaction_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  posted BOOLEAN; postings BIGINT; sides BIGINT; total NUMERIC;
BEGIN
  SELECT status = 'posted' INTO posted FROM ledger_transactions WHERE id = NEW.id;
  SELECT count(*) INTO postings FROM ledger_postings WHERE transaction_id = NEW.id;
  SELECT count(*), coalesce(sum(amount_fen), 0) INTO sides, total
  FROM ledger_entries WHERE transaction_id = NEW.id;
  IF postings = 0 OR total <> 0 OR sides <> (CASE WHEN posted THEN 2 * postings ELSE 0 END) THEN
    RAISE EXCEPTION 'transaction % has % postings and % entries that sum to %',
      NEW.reference, postings, sides, total USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_transactions_whole AFTER INSERT OR UPDATE ON ledger_transactions
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_transaction_is_whole();

-- Whoever was given these tables by default keeps only reading; writing goes through the functions.
DO $$
DECLARE
  held RECORD;
BEGIN
  FOR held IN
    SELECT DISTINCT g.grantee, g.table_name FROM information_schema.role_table_grants g
    WHERE g.table_schema = 'public' AND g.grantee <> current_user
      AND g.table_name IN ('ledger_accounts', 'ledger_transactions', 'ledger_postings', 'ledger_entries')
  LOOP
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON %I FROM %s', held.table_name,
      CASE WHEN held.grantee = 'PUBLIC' THEN 'PUBLIC' ELSE quote_ident(held.grantee) END);
  END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION ledger_enter(BIGINT), ledger_hold(BIGINT, INTEGER) FROM PUBLIC;
DO $$
DECLARE
  held RECORD;
BEGIN
  FOR held IN
    SELECT DISTINCT g.grantee FROM information_schema.role_routine_grants g
    WHERE g.routine_schema = 'public' AND g.routine_name IN ('ledger_enter', 'ledger_hold')
      AND g.grantee NOT IN (current_user, 'PUBLIC')
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION ledger_enter(BIGINT), ledger_hold(BIGINT, INTEGER) FROM %I',
      held.grantee);
  END LOOP;
END $$;
