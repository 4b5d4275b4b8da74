"""The facts of a loan application's case: the keys that other rooms read, and what a reader is shown.

bank, bank_name      the bank that has it now: organisation code, {zh, en}
passed_over          banks that did not accept in time, in order
uscc, enterprise_name, product_code, product_name {zh, en}, amount_fen, term_months
eligibility          the verdicts at submission, as VerdictView
first_loan           {claimed, evidence, previous_loans, verified_by, verified_on, confirmed}
correction           {reason, items, on}: what the bank asks for, while it is open
answers              [{reason, items, asked_on, answer, answered_on}]: what it asked and was told
decision             {outcome, amount_fen, annual_rate, term_months, repayment_method, reason, on}
withdrawal           {by, reason, on}: applicant or bank
overdue              the bank has let its time to decide pass
loan_id, loan_reference   after `contract`
"""

PUBLIC_FACTS = (
    "bank",
    "bank_name",
    "passed_over",
    "uscc",
    "enterprise_name",
    "product_code",
    "product_name",
    "amount_fen",
    "term_months",
    "eligibility",
    "first_loan",
    "correction",
    "answers",
    "decision",
    "overdue",
    "withdrawal",
    "loan_id",
    "loan_reference",
)
