"""Budgets of subsidies: appropriated, committed, obligated, paid."""
