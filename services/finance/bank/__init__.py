"""The bank API: what a bank's own system sees and does here. Another bank's resource does not exist.

One room per thing a bank works with: applications, batches, inbox, reconciliation, sandbox. The rules of
a loan live in `loans`, those of a claim in `claims`; nothing about money is decided in this folder.
"""
