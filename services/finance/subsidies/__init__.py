"""科技保险保费补贴: a share of a paid insurance premium comes back to the enterprise (domain.md 4).

A matter like any other (form, workflow, guide), its rules over dated parameters, and the public list of
what was paid. The money moves only through `pools`.
"""
