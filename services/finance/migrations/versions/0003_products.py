"""Loan products and their dated parameters."""

from alembic import op

from kit.migrations import run_script

revision = "0003"
down_revision = "0002"

SCRIPT = """
CREATE TABLE products (
  code TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  borrower TEXT NOT NULL,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  summary_zh TEXT NOT NULL,
  summary_en TEXT NOT NULL,
  region_code TEXT NOT NULL,
  is_demo BOOLEAN NOT NULL,
  offered_from DATE NOT NULL,
  offered_to DATE,
  version INTEGER NOT NULL,
  CHECK (offered_to IS NULL OR offered_to >= offered_from)
);

CREATE TABLE product_parameters (
  product_code TEXT NOT NULL REFERENCES products (code),
  key TEXT NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE,
  value TEXT NOT NULL,
  operator TEXT NOT NULL CHECK (operator IN ('=', '<', '<=', '>', '>=')),
  unit TEXT NOT NULL,
  source_document TEXT NOT NULL,
  source_clause TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (product_code, key, valid_from),
  CHECK (valid_to IS NULL OR valid_to >= valid_from)
);
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
