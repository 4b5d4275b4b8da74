"""Money in words for notices and messages. Amounts stay integer fen everywhere else."""


def yuan(fen: int) -> str:
    """`12345678` fen as `123,456.78`."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{rest:02d}"
