"""What a company says when it moves (条例 art. 24): which company, decided when, and where to.

The address is asked for exactly as when the company was opened.
"""

from typing import Annotated

from contracts.values import Uscc
from kit.forms import FormPage, Ui
from kit.schemas import In, IsoDate
from services.registration.filings.domicile import Domicile


class ChangeOfDomicileForm(In):
    """The applicant is the company's legal representative: submitting is their signature."""

    uscc: Annotated[
        Uscc,
        Ui(
            "统一社会信用代码",
            "Unified social credit code",
            hint_zh="您担任法定代表人的企业，见营业执照",
            hint_en="Of the company whose legal representative you are; it stands on the licence",
            brief=True,
        ),
    ]
    decided_on: Annotated[
        IsoDate,
        Ui(
            "作出变更决定的日期",
            "Day of the decision",
            kind="date",
            hint_zh="自决定之日起 30 日内申请，并在迁入新住所之前",
            hint_en="Apply within 30 days of it, and before the company moves",
            brief=True,
        ),
    ]
    domicile: Annotated[
        Domicile,
        Ui(
            "新住所",
            "New registered address",
            kind="group",
            brief=("region_code", "street", "kind", "area_m2", "address_grant"),
        ),
    ]


PAGES = (
    FormPage("company", "哪家企业", "Which company", ("uscc", "decided_on")),
    FormPage("domicile", "新住所", "New registered address", ("domicile",)),
)
