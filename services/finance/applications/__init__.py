"""Applying for a loan: who may, which bank it goes to, and what becomes of it until there is a contract."""
