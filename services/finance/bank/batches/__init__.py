"""Many repayments in one call. Long work, so it is an operation with a result per row."""
