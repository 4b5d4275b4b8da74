"""What the platform tells people: the inbox, and beside it a short message or an e-mail.

An event in the feed: `telling.py` finds whom it concerns and in which words, a row in each inbox; what goes
out beside it is a job each (`sending.py`) through a channel (`channels.py`).
"""
