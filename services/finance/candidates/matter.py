"""The matter itself, put together from its rooms."""

from kit.matters import Matter
from services.finance.candidates.form import PAGES, CandidateForm
from services.finance.candidates.guide import GUIDE, MATERIALS
from services.finance.candidates.handler import CandidateHandler
from services.finance.candidates.workflow import WORKFLOW

CANDIDATE_ENTERPRISE = Matter(
    code="candidate-enterprise",
    zh="备选企业库入库",
    en="Enter the library of candidate enterprises",
    department="science",
    reference_prefix="K",
    workflow=WORKFLOW,
    form=CandidateForm,
    pages=PAGES,
    guide=GUIDE,
    materials=MATERIALS,
    handler=CandidateHandler(),
    editable_in=("draft", "correction_requested"),
    themes=("finance",),
    life_events=("grow-a-company",),
    declaration=(
        "本企业承诺所填数据真实，同意科技部门向税务、社保、知识产权部门核实。",
        "The company declares that this is true and agrees that the science department verifies it.",
    ),
)
