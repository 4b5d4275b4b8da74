"""The matter itself, put together from its rooms."""

from kit.matters import Matter
from services.finance.claims.form import PAGES, CompensationClaimForm
from services.finance.claims.guide import GUIDE, MATERIALS
from services.finance.claims.handler import CompensationClaimHandler
from services.finance.claims.workflow import WORKFLOW

COMPENSATION_CLAIM = Matter(
    code="compensation-claim",
    zh="贷款风险补偿申请",
    en="Claim for risk compensation of a loan",
    department="science",
    joint_departments=("treasury",),
    reference_prefix="D",
    workflow=WORKFLOW,
    form=CompensationClaimForm,
    pages=PAGES,
    guide=GUIDE,
    materials=MATERIALS,
    handler=CompensationClaimHandler(),
    editable_in=("draft",),
    themes=("finance",),
    declaration=(
        "本行承诺所填内容真实，已尽催收义务；补偿后继续追偿，回款按比例返还；如有虚假，退回补偿款并承担责任。",
        "The bank declares that this is true and that payment was demanded; it goes on recovering, returns "
        "the pool's shares, and pays the compensation back where this is not true.",
    ),
)
