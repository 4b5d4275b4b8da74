"""入驻: a team or firm applies to a carrier, is admitted to a seat, incubates, and graduates or goes.

form.py asks, rules.py judges, workflow.py says who moves, handler.py what a move does.
"""
