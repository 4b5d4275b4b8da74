"""The matter itself, put together from its rooms."""

from kit.matters import Matter
from services.registration.filings.establishment.form import PAGES, EstablishmentForm
from services.registration.filings.establishment.guide import GUIDE, MATERIALS
from services.registration.filings.establishment.handler import EstablishmentHandler
from services.registration.filings.establishment.workflow import WORKFLOW

ESTABLISHMENT = Matter(
    code="company-establishment",
    zh="有限责任公司设立登记",
    en="Open a limited liability company",
    department="registration",
    reference_prefix="R",
    workflow=WORKFLOW,
    form=EstablishmentForm,
    pages=PAGES,
    guide=GUIDE,
    materials=MATERIALS,
    handler=EstablishmentHandler(),
    editable_in=("draft", "correction_requested"),
    themes=("open-business",),
    life_events=("start-a-company",),
    declaration=(
        "本人承诺所填内容和提交材料真实、合法、有效，已阅读并同意公司章程，愿承担法律责任。",
        "I declare that the content and documents are true, lawful and valid, that I have read and agree to "
        "the articles, and that I am liable for it.",
    ),
)
