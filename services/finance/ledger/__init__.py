"""The books: double entry in fen. Money moves here or it has not moved.

`service.py` is what other rooms call; the database itself keeps the rules (migrations/scripts/ledger_*).
"""
