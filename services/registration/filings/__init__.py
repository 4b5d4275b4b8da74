"""Filings: the matters that change the register, each in a folder of its own, and what they share
(co-signatures, uploaded documents, the check of real names)."""
