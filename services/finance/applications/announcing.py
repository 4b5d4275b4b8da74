"""Tells a bank's inbox what happened to an application: an event's word, never personal data."""

from kit.matters import CaseContext
from services.finance.bank import inbox
from services.finance.bank.paths import application_href

KINDS = {
    "application.assigned": ("新的贷款申请 {0}", "New loan application {0}"),
    "application.passed-over": (
        "贷款申请 {0} 逾期未受理，已转出",
        "Application {0} passed on, not accepted in time",
    ),
    "application.answered": (
        "贷款申请 {0} 已补充材料",
        "Application {0}: the founder has answered",
    ),
    "application.overdue": (
        "贷款申请 {0} 逾期未决定",
        "Application {0}: the time to decide has passed",
    ),
    "application.withdrawn": ("贷款申请 {0} 已撤回", "Application {0} was withdrawn"),
    "application.expired": ("贷款申请 {0} 已失效", "Application {0} has expired"),
}


async def tell_bank(context: CaseContext, bank: str, kind: str) -> None:
    """Puts one message into the bank's inbox, in this transaction."""
    zh, en = KINDS[kind]
    reference = context.case.reference
    await inbox.notify(
        context.session,
        bank=bank,
        kind=kind,
        subject=(zh.format(reference), en.format(reference)),
        href=application_href(context.case.id),
        now=context.now,
    )
