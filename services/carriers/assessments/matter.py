"""The matter itself, put together from its rooms."""

from kit.matters import Matter
from services.carriers.assessments.form import PAGES, AnnualAssessmentForm
from services.carriers.assessments.guide import GUIDE, MATERIALS
from services.carriers.assessments.handler import AnnualAssessmentHandler
from services.carriers.assessments.workflow import WORKFLOW

ANNUAL_ASSESSMENT = Matter(
    code="annual-assessment",
    zh="载体年度考核",
    en="Yearly assessment of a carrier",
    department="science",
    reference_prefix="NK",
    workflow=WORKFLOW,
    form=AnnualAssessmentForm,
    pages=PAGES,
    guide=GUIDE,
    materials=MATERIALS,
    handler=AnnualAssessmentHandler(),
    editable_in=("draft", "correction_requested"),
    themes=("premises",),
    life_events=("run-a-carrier",),
)
