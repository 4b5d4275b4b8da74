"""The codes of the books and their labels."""

from kit.codelists import CodeList

ACCOUNT_KINDS = CodeList(
    "account_kinds",
    {
        "asset": ("资产", "Asset"),
        "liability": ("负债", "Liability"),
        "equity": ("净资产", "Equity"),
        "income": ("收入", "Income"),
        "expense": ("支出", "Expense"),
    },
)
TRANSACTION_STATUSES = CodeList(
    "transaction_statuses",
    {
        "pending": ("待记账", "Pending"),
        "posted": ("已记账", "Posted"),
        "voided": ("已作废", "Voided"),
    },
)
CODE_LISTS = (ACCOUNT_KINDS, TRANSACTION_STATUSES)
