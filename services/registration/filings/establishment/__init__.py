"""公司设立登记: the establishment of a limited liability company.

form.py      what is asked          rules.py     what the law asks of it
workflow.py  states, moves, clocks  facts.py     what the rules need beside the form
handler.py   what a move does       registering.py  what registration writes
guide.py     what the guide page says
"""
