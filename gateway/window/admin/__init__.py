"""The administrator's pages: programs and their keys, accounts of staff."""
