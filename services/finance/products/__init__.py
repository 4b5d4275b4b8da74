"""Loan products: what is offered to whom, with every number as a dated parameter (domain.md 4)."""
