"""风险补偿: a bank claims the shares of a defaulted loan that the pool bears (domain.md 4).

The claim is a matter like any other: reviewed by science and treasury, approved by the province, made
public, paid by shares. What the debtor pays afterwards flows back in the same shares. Money moves only
through `pools`, the loan only through `loans`.
"""
