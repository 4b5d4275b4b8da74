"""The matter itself, put together from its rooms."""

from kit.matters import Matter
from services.finance.subsidies.form import PAGES, PremiumSubsidyForm
from services.finance.subsidies.guide import GUIDE, MATERIALS
from services.finance.subsidies.handler import PremiumSubsidyHandler
from services.finance.subsidies.store import DEPARTMENTS
from services.finance.subsidies.workflow import WORKFLOW

PREMIUM_SUBSIDY = Matter(
    code="tech-insurance-premium-subsidy",
    zh="科技保险保费补贴",
    en="Premium subsidy for sci-tech insurance",
    department=DEPARTMENTS[0],
    joint_departments=DEPARTMENTS[1:],
    reference_prefix="B",
    workflow=WORKFLOW,
    form=PremiumSubsidyForm,
    pages=PAGES,
    guide=GUIDE,
    materials=MATERIALS,
    handler=PremiumSubsidyHandler(),
    editable_in=("draft", "correction_requested"),
    themes=("finance",),
    life_events=("grow-a-company",),
    declaration=(
        "本企业承诺所填内容和提交材料真实；同一保费未在其他渠道重复领取未申报的补贴；如有虚假，退回补贴并承担责任。",
        "The enterprise declares that this is true, that each other subsidy for the same premium is named, "
        "and that it will pay the subsidy back where it is not.",
    ),
)
