"""Public money that stands behind loans (risk pools) and pays subsidies (budgets)."""
