"""The codes of the bank API's own things and their labels; applications, loans and claims have theirs."""

from kit.codelists import CodeList
from services.finance.bank.sandbox.personas import PERSONAS

CODE_LISTS = (
    CodeList(
        "bank_operation_states",
        {
            "accepted": ("已接收", "Accepted"),
            "running": ("处理中", "Running"),
            "completed": ("已完成", "Completed"),
        },
    ),
    CodeList(
        "bank_operation_row_states",
        {
            "pending": ("待处理", "Pending"),
            "succeeded": ("成功", "Succeeded"),
            "failed": ("失败", "Failed"),
        },
    ),
    CodeList(
        "reconciliation_break_kinds",
        {
            "missing_at_bank": ("银行未列示", "The bank does not list it"),
            "missing_here": ("平台无此贷款", "Unknown here"),
            "differs": ("金额不一致", "A figure differs"),
        },
    ),
    CodeList(
        "reconciliation_break_states",
        {"open": ("未解决", "Open"), "resolved": ("已解决", "Resolved")},
    ),
    CodeList("sandbox_scenarios", {each.code: (each.zh, each.en) for each in PERSONAS}),
)
