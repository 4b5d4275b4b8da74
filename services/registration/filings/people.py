"""Somebody whom a filing names: with the number that a signature and the real-name check go by."""

from typing import Annotated

from pydantic import StringConstraints

from kit.forms import Sensitive, Ui
from kit.schemas import In
from services.registration.lettering import OnPaper

IdNumber = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{17}[0-9Xx]$"),
    Sensitive("id_number"),
    Ui(
        "居民身份证号码",
        "Resident ID number",
        kind="id_number",
        hint_zh="18 位，末位可为 X",
        hint_en="18 characters, the last may be X",
    ),
]
Phone = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9][0-9-]{5,19}$"),
    Sensitive("phone"),
    Ui("手机号码", "Mobile phone", kind="phone"),
]
PersonName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=50),
    OnPaper,
    Ui("姓名", "Name"),
]


class Contact(In):
    """A person with name, ID number and phone."""

    name: PersonName
    id_number: IdNumber
    phone: Phone
