"""Rehearsal: invented borrowers that a bank can lend to. Only with SANDBOX=1; nothing here is a short cut."""
