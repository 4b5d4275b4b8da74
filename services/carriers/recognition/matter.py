"""The matter itself, put together from its rooms."""

from kit.matters import Matter
from services.carriers.recognition.form import PAGES, MakerSpaceFilingForm
from services.carriers.recognition.guide import GUIDE, MATERIALS
from services.carriers.recognition.handler import MakerSpaceFilingHandler
from services.carriers.recognition.workflow import WORKFLOW

MAKER_SPACE_FILING = Matter(
    code="maker-space-filing",
    zh="众创空间备案",
    en="File a maker space",
    department="science",
    reference_prefix="ZB",
    workflow=WORKFLOW,
    form=MakerSpaceFilingForm,
    pages=PAGES,
    guide=GUIDE,
    materials=MATERIALS,
    handler=MakerSpaceFilingHandler(),
    editable_in=("draft", "correction_requested"),
    themes=("premises",),
    life_events=("run-a-carrier",),
    declaration=(
        "本单位承诺所填数据和材料真实；弄虚作假的，两年内不再申报。",
        "We declare that this is true; after false statements we may not apply for two years.",
    ),
)
