"""What a company's legal representative signs when it moves: the application and the promise."""

from kit.matters import CaseContext
from services.registration.filings.change_of_domicile.form import ChangeOfDomicileForm
from services.registration.filings.domicile import PREMISES
from services.registration.filings.notices import Occasion
from services.registration.filings.printing import domicile_text
from services.registration.papers.blocks import Draft, heading, rows, text

ACT = "住所变更登记"


def occasion(context: CaseContext) -> Occasion:
    return Occasion(context.case.title, "", ACT)


def to_sign(context: CaseContext) -> list[Draft]:
    """In the order in which they are read. Raises ValidationError while the form is not complete."""
    form = ChangeOfDomicileForm.model_validate(context.sealer.open(context.case.form))
    name, place = context.case.title, form.domicile
    cells = [
        ["企业名称", name],
        ["统一社会信用代码", form.uscc],
        ["变更事项", "住所"],
        ["变更后的住所", domicile_text(place, context.today)],
        ["场所使用方式", PREMISES[place.kind][0]],
        ["使用面积", f"{place.area_m2} m²"],
        ["作出变更决定的日期", form.decided_on.isoformat()],
    ]
    promise = [
        text(f"{name}申请{ACT}，法定代表人承诺："),
        text(context.matter.declaration[0]),
        text("新住所可以合法使用，迁入前申请变更登记（条例第二十七条）。"),
    ]
    return [
        Draft(
            "application",
            "公司变更登记申请书",
            "Application",
            [heading("变更内容"), rows(cells)],
            to_sign=True,
        ),
        Draft("promise", "申请人承诺书", "Promise", promise, to_sign=True),
    ]
