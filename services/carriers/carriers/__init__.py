"""The list of carriers: what kind, which tier, where, and whether there is room."""
