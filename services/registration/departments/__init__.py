"""After the licence (多证合一): each department is told, durably, until it has given a receipt.

Source: 企业开办一件事 (domain.md 3.5); policy A 八.24 多证合一, policy D 四(四) 五证合一.
"""
