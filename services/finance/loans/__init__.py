"""Loans in the scheme: the contract, its schedule, and what the bank reports of it.

The bank's own money is not here. What stands here is what the scheme must know to share a loss: that the loan
was filed before it was drawn, what was drawn, what came back, and since when something is overdue.
"""
