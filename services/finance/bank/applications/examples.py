"""What a bank sends, as the reference shows it. Each body is one that the platform takes."""

from typing import Any

Examples = dict[str, Any]

INFORMATION: Examples = {
    "tax_returns": {
        "summary": "两份材料一次写全 · two papers, asked for at once",
        "value": {
            "reason": "审查还需以下材料",
            "items": ["近三个月增值税纳税申报表", "检测设备采购合同"],
        },
    }
}
DECISIONS: Examples = {
    "approve": {
        "summary": "同意 · approve with an offer",
        "value": {
            "outcome": "approved",
            "amount_fen": 250_000_000,
            "annual_rate": "0.0345",
            "term_months": 12,
            "repayment_method": "equal_instalments",
            "first_loan_confirmed": True,
            "reason": "经营稳定，知识产权真实有效",
        },
    },
    "decline": {
        "summary": "不同意 · decline with a reason",
        "value": {"outcome": "declined", "reason": "现金流不足以覆盖还款"},
    },
}
REASONS: Examples = {
    "changed": {
        "summary": "情况变化 · circumstances have changed",
        "value": {"reason": "批准后企业经营情况发生重大变化"},
    }
}
CONTRACTS: Examples = {
    "as_decided": {
        "summary": "与批准条件一致 · exactly as decided",
        "value": {
            "bank_reference": "HT-2026-0042",
            "amount_fen": 250_000_000,
            "annual_rate": "0.0345",
            "term_months": 12,
            "repayment_method": "equal_instalments",
            "signed_on": "2026-11-22",
        },
    }
}
