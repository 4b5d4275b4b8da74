"""The matter itself, put together from its rooms."""

from kit.matters import Matter
from services.finance.applications.form import PAGES, LoanApplicationForm
from services.finance.applications.guide import GUIDE, MATERIALS
from services.finance.applications.handler import LoanApplicationHandler
from services.finance.applications.workflow import WORKFLOW

LOAN_APPLICATION = Matter(
    code="loan-application",
    zh="科技贷款申请",
    en="Apply for a tech loan",
    department="science",
    reference_prefix="L",
    workflow=WORKFLOW,
    form=LoanApplicationForm,
    pages=PAGES,
    guide=GUIDE,
    materials=MATERIALS,
    handler=LoanApplicationHandler(),
    editable_in=("draft",),
    themes=("finance",),
    life_events=("grow-a-company",),
    declaration=(
        "本企业承诺所填内容真实，贷款用于所填用途，同意合作银行查询企业信用报告，并查看备选企业库中核实过的数据和联系电话。",
        "The company declares that this is true and that the money is for the purpose given, and agrees "
        "that the bank reads its credit report, its verified figures in the library and the phone number.",
    ),
)
