"""The matter itself, put together from its rooms."""

from kit.matters import Matter
from services.carriers.tenancies.form import PAGES, TenancyForm
from services.carriers.tenancies.guide import GUIDE
from services.carriers.tenancies.handler import TenancyHandler
from services.carriers.tenancies.workflow import WORKFLOW

TENANCY = Matter(
    code="tenancy",
    zh="入驻申请",
    en="Apply for a place in a carrier",
    department="science",
    reference_prefix="T",
    workflow=WORKFLOW,
    form=TenancyForm,
    pages=PAGES,
    guide=GUIDE,
    handler=TenancyHandler(),
    editable_in=("draft",),
    themes=("find-a-place",),
    life_events=("start-a-company",),
)
