"""Segments of organisation codes and the codes given out.

The database itself holds what must never fail: segments never meet (exclusion over the numeric value of
the eight characters; core GiST on int8range, no extension), their counters never go back, a code once
given stays.
"""

from alembic import op

from kit.migrations import run_script

revision = "0003"
down_revision = "0002"

SCRIPT = """
CREATE FUNCTION org_code_value(body TEXT) RETURNS BIGINT IMMUTABLE STRICT PARALLEL SAFE LANGUAGE sql AS $$
  SELECT sum((strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(body, i, 1)) - 1)
             * (31::numeric ^ (8 - i)))::bigint
  FROM generate_series(1, 8) AS i
$$;

CREATE TABLE code_segments (
  id UUID PRIMARY KEY,
  authority_code TEXT NOT NULL,
  prefix TEXT NOT NULL,
  base_value BIGINT NOT NULL GENERATED ALWAYS AS (org_code_value(rpad(prefix, 8, '0'))) STORED,
  first_seq BIGINT NOT NULL,
  next_seq BIGINT NOT NULL,
  end_seq BIGINT NOT NULL,
  opened_at TIMESTAMPTZ NOT NULL,
  opened_by TEXT NOT NULL,
  CONSTRAINT code_segments_order CHECK
    (first_seq >= 0 AND end_seq >= first_seq AND next_seq BETWEEN first_seq AND end_seq + 1),
  CONSTRAINT code_segments_width CHECK (end_seq < (31::numeric ^ (8 - length(prefix)))),
  CONSTRAINT code_segments_prefix CHECK (prefix ~ '^[0-9ABCDEFGHJKLMNPQRTUWXY]{0,7}$'),
  CONSTRAINT code_segments_apart EXCLUDE USING gist
    (int8range(base_value + first_seq, base_value + end_seq, '[]') WITH &&)
);
CREATE INDEX ix_code_segments_authority_code ON code_segments (authority_code);

CREATE TABLE allocated_codes (
  uscc TEXT PRIMARY KEY,
  org_code TEXT NOT NULL UNIQUE,
  legacy_reg_no TEXT UNIQUE,
  case_id UUID UNIQUE,
  segment_id UUID REFERENCES code_segments (id),
  authority_code TEXT NOT NULL,
  issued_at TIMESTAMPTZ NOT NULL,
  CONSTRAINT allocated_codes_parts CHECK (length(uscc) = 18 AND substr(uscc, 9, 9) = org_code)
);

CREATE TRIGGER allocated_codes_append_only BEFORE UPDATE OR DELETE ON allocated_codes
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER allocated_codes_no_truncate BEFORE TRUNCATE ON allocated_codes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION guard_code_segment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.authority_code, NEW.prefix, NEW.first_seq, NEW.end_seq)
     IS DISTINCT FROM (OLD.id, OLD.authority_code, OLD.prefix, OLD.first_seq, OLD.end_seq)
     OR NEW.next_seq < OLD.next_seq THEN
    RAISE EXCEPTION 'a code segment only counts up' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER code_segments_count_up BEFORE UPDATE ON code_segments
  FOR EACH ROW EXECUTE FUNCTION guard_code_segment();
CREATE TRIGGER code_segments_stay BEFORE DELETE ON code_segments
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
