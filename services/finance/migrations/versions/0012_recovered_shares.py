"""Recoveries come back to the fen: the bound of a compensation holds for its levels together.

Each level alone within its rate of the loss that is left made every level get a fen back for the first fen
recovered: more came back than came in. Now the levels together bear at most their rates of that loss and,
unless the claim was clawed back, get at most what was recovered; each alone is within a fen of its own part.
"""

from alembic import op

from kit.migrations import run_script

revision = "0012"
down_revision = "0011"

SCRIPT = """
SET LOCAL lock_timeout = '5s';
ALTER TABLE compensation_shares DROP CONSTRAINT compensation_bound;
ALTER TABLE compensation_shares ADD CONSTRAINT compensation_bound
  CHECK (paid_fen - returned_fen <= rate * greatest(base_fen - recovered_fen, 0) + 1);

CREATE FUNCTION compensation_holds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE sums RECORD;
BEGIN
  SELECT sum(s.paid_fen - s.returned_fen) AS borne, sum(s.returned_fen) AS returned,
    sum(s.rate) * max(greatest(s.base_fen - s.recovered_fen, 0)) AS most,
    max(s.recovered_fen) AS recovered, bool_or(c.clawed_back_on IS NOT NULL) AS clawed_back
    INTO sums FROM compensation_shares s JOIN compensations c USING (claim_reference)
    WHERE s.claim_reference = NEW.claim_reference;
  IF sums.borne > sums.most THEN
    RAISE EXCEPTION 'compensation %: the levels bear % fen, more than their part of the loss',
      NEW.claim_reference, sums.borne USING ERRCODE = 'check_violation', CONSTRAINT = 'compensation_bound';
  END IF;
  IF sums.returned > sums.recovered AND NOT sums.clawed_back THEN
    RAISE EXCEPTION 'compensation %: % fen came back of % recovered',
      NEW.claim_reference, sums.returned, sums.recovered
      USING ERRCODE = 'check_violation', CONSTRAINT = 'compensation_returned';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER compensation_holds AFTER INSERT OR UPDATE ON compensation_shares
  FOR EACH ROW EXECUTE FUNCTION compensation_holds();
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
