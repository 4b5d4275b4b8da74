"""Money given to pools and budgets, or taken back: one person proposes it, another confirms it."""
