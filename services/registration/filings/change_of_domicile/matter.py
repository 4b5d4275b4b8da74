"""The matter itself, put together from its rooms."""

from kit.matters import Matter
from services.registration.filings.change_of_domicile.form import PAGES, ChangeOfDomicileForm
from services.registration.filings.change_of_domicile.guide import GUIDE, MATERIALS
from services.registration.filings.change_of_domicile.handler import ChangeOfDomicileHandler
from services.registration.filings.change_of_domicile.workflow import WORKFLOW

CHANGE_OF_DOMICILE = Matter(
    code="change-of-domicile",
    zh="住所变更登记",
    en="Register another address",
    department="registration",
    reference_prefix="D",
    workflow=WORKFLOW,
    form=ChangeOfDomicileForm,
    pages=PAGES,
    guide=GUIDE,
    materials=MATERIALS,
    handler=ChangeOfDomicileHandler(),
    editable_in=("draft", "correction_requested"),
    themes=("open-business",),
    life_events=("move-a-company",),
    declaration=(
        "本人系该企业法定代表人，承诺所填内容和提交材料真实、合法、有效，变更已依章程作出决定，愿承担法律责任。",
        "I am the company's legal representative. The content and documents are true, lawful and valid, the "
        "move was decided as the articles ask, and I am liable for it.",
    ),
)
