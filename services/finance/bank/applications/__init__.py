"""Loan applications as a bank sees them: its own only, with what it may do next. The case moves elsewhere."""
