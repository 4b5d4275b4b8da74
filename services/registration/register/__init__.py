"""The public register: who exists, what the law publishes of them, changes and snapshots."""
