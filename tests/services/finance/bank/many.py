"""What two large banks have after years, written by SQL: thousands of applications, loans and claims.

Every thousandth application waits for its bank; every fourth loan is in default, every eighth claimed for.
Facts have the size of real ones: what a list must not read has to be there.
"""

from collections.abc import Sequence

import psycopg

ROWS = 20_000
"""Applications of each bank; as many loans less those that wait, and as many subsidies."""

_MADE = """
CREATE TEMPORARY TABLE made AS
SELECT gen_random_uuid() AS id, gen_random_uuid() AS loan_id, gen_random_uuid() AS claim_id, n, bank,
       CASE WHEN n % 1000 = 0 THEN 'assigned' ELSE 'contracted' END AS state,
       timestamptz '2020-01-01' + n * interval '1 hour' AS at,
       CASE WHEN n % 500 = 0 THEN 'kedai-share-b' ELSE 'kedai-share-a' END AS product,
       '91980101M' || k || lpad((CASE WHEN n % 1000 = 0 THEN n ELSE n % 4000 END)::text, 8, '0') AS uscc,
       '示例企业' || n AS name,
       n % 1000 <> 0 AS has_loan, n % 4 = 1 AS defaulted, n % 8 = 1 AS claimed
FROM generate_series(1, ROWS) n, unnest(ARRAY[BANKS]) WITH ORDINALITY AS b (bank, k)
"""
_CASE = """
INSERT INTO cases (id, reference, matter, state, version, title, applicant_sub, applicant_org, region_code,
                   departments, form, submission, facts, created_at, updated_at, submitted_at)
"""
_APPLICATIONS = f"""{_CASE}
SELECT id, 'LM-' || bank || n, 'loan-application', state, 6, name, 's' || n % 4000, NULL, '980101',
       '{{science}}', '{{}}', 1, jsonb_build_object('bank', bank, 'uscc', uscc, 'product_code', product,
       'enterprise_name', name, 'amount_fen', 1000, 'term_months', 12, 'eligibility',
       (SELECT jsonb_agg(jsonb_build_object('key',
       md5(n || '/' || k))) FROM generate_series(1, 60) k)), at, at, at
FROM made;
INSERT INTO case_parties SELECT id, 'org:' || bank, 'bank' FROM made;
INSERT INTO loan_applications (case_id, state, created_at, uscc, product_code, region_code, bank, amount_fen,
                               term_months, open, outcome, contracted_fen, first_loan_claimed,
                               previous_loans, submitted_on, closed_on)
SELECT id, state, at, uscc, product, '980101', bank, 1000, 12, NOT has_loan,
       CASE WHEN has_loan THEN state END, CASE WHEN has_loan THEN 1000 END, false, 0, at::date,
       CASE WHEN has_loan THEN at::date END
FROM made;
"""
_LOANS = """
INSERT INTO loans (id, reference, bank, bank_reference, application_id, applicant_sub, uscc, enterprise_name,
  region_code, product_code, pool_code, amount_fen, annual_rate, term_months, repayment_method, day_count,
  overdue_days, signed_on, filed_on, filed_at, draw_by_on, state, version, plan, last_entry, starts_on,
  ends_on, disbursed_fen, principal_repaid_fen, interest_repaid_fen, renewed_fen, written_off_fen,
  outstanding_fen, overdue_principal_fen, overdue_interest_fen, overdue_since, next_due_fen, classification,
  open_claim_id, open_claim_reference, created_at, updated_at)
SELECT loan_id, 'JM-' || bank || n, bank, 'HT-' || n, id, 's' || n % 4000, uscc, name,
  '980101', product, 'suke-980000', 1000, 0.03, 12, 'bullet', 'ACT/360',
  60, at::date, at::date, at, at::date + 30, CASE WHEN defaulted THEN 'defaulted' ELSE 'active' END, 3, 1, 1,
  at::date, at::date + 365, 1000, 0, 0, 0, 0,
  1000, 0, 0, CASE WHEN defaulted THEN at::date + 366 END, 0, 'normal',
  CASE WHEN claimed THEN claim_id END, CASE WHEN claimed THEN 'BM-' || bank || n END, at, at
FROM made WHERE has_loan;
"""
_CLAIMS = f"""{_CASE}
SELECT claim_id, 'BM-' || bank || n, 'compensation-claim', CASE WHEN n % 800 = 1 THEN 'submitted' ELSE
       'recovering' END, 2, name, 'c', bank, '980101', '{{science,treasury}}', '{{}}', 1, '{{}}', at, at, at
FROM made WHERE claimed;
INSERT INTO compensation_claims (id, reference, state, bank, bank_reference, loan_id, loan_reference, uscc,
  enterprise_name, region_code, product_code, pool_code, base_fen, submitted_at)
SELECT claim_id, 'BM-' || bank || n, CASE WHEN n % 800 = 1 THEN 'submitted' ELSE 'recovering' END, bank,
  'BC-' || n, loan_id, 'JM-' || bank || n, uscc, name, '980101', product, 'suke-980000', 1000, at
FROM made WHERE claimed;
"""
_SUBSIDIES = f"""{_CASE}
SELECT claim_id, 'PM-' || n, 'tech-insurance-premium-subsidy', 'submitted', 2, name, 's' || n % 4000, NULL,
       '980101', '{{science,treasury}}', '{{}}', 1, '{{}}', at, at, at
FROM made WHERE NOT claimed AND bank = FIRST;
INSERT INTO premium_subsidies (id, reference, uscc, enterprise_name, region_code, applicant_sub, insurer,
  policy_number, policy_key, insurer_key, coverage, period_from_on, period_to_on, premium_fen, other_fen,
  year, submitted_on)
SELECT claim_id, 'PM-' || n, uscc, name, '980101', 's' || n % 4000, '示例保险', 'P' || n, 'P' || n, 'I' || n,
  'product_liability', at::date, at::date + 365, 1000, 0, 2027, at::date
FROM made WHERE NOT claimed AND bank = FIRST;
"""


def fill(owner_url: str, banks: Sequence[str], *, rows: int = ROWS) -> None:
    """Writes it all and lets the database count it."""
    names = ", ".join(f"'{bank}'" for bank in banks)
    with psycopg.connect(owner_url, autocommit=True) as db:
        db.execute(_MADE.replace("ROWS", str(rows)).replace("BANKS", names))
        for script in (
            _APPLICATIONS,
            _LOANS,
            _CLAIMS,
            _SUBSIDIES.replace("FIRST", f"'{banks[0]}'"),
        ):
            db.execute(script)
        db.execute("ANALYZE")
