"""The codes of public money and their labels."""

from kit.codelists import CodeList
from services.finance.pools.vouchers.workflow import WORKFLOW

POOL_SHARES = CodeList(
    "pool_shares",
    {
        "province": ("省级", "Province"),
        "city": ("市级", "City"),
        "county": ("县（市、区）级", "County"),
    },
)
VOUCHER_KINDS = CodeList(
    "voucher_kinds",
    {
        "contribution": ("资金池出资", "Contribution to a pool"),
        "appropriation": ("预算下达", "Appropriation to a budget"),
        "reversal": ("冲正", "Reversal"),
    },
)
VOUCHER_STATES = CodeList(
    "voucher_states", {state.code: (state.zh, state.en) for state in WORKFLOW.states}
)
CODE_LISTS = (POOL_SHARES, VOUCHER_KINDS, VOUCHER_STATES)
