"""The licence's codes with their labels, for GET /codes."""

from kit.codelists import CodeList
from services.registration.licences.document import HeadRole
from services.registration.licences.verification import REASONS
from services.registration.licences.workflow import WORKFLOW

CODE_LISTS = (
    CodeList("licence_statuses", {s.code: (s.zh, s.en) for s in WORKFLOW.states}),
    CodeList("licence_verification_reasons", REASONS),
    CodeList(
        "licence_verdicts",
        {s.code: (s.zh, s.en) for s in WORKFLOW.states}
        | {"tampered": ("被篡改", "Tampered"), "unknown": ("无法确认", "Cannot be confirmed")},
    ),
    CodeList(
        "licence_head_roles",
        {
            HeadRole.legal_representative: ("法定代表人", "Legal representative"),
            HeadRole.operator: ("经营者", "Operator"),
            HeadRole.principal: ("负责人", "Principal"),
            HeadRole.executive_partner: ("执行事务合伙人", "Executive partner"),
            HeadRole.investor: ("投资人", "Investor"),
        },
    ),
)
