"""What goes over the simulator's wire; README.md describes the same in words."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class PersonIn(BaseModel):
    """A person named in a filing; the ID number may be left out."""

    model_config = ConfigDict(extra="forbid")

    name: Text
    id_number: Annotated[str, Field(max_length=18)] | None = None


class FilingIn(BaseModel):
    """One enterprise, told to one department."""

    model_config = ConfigDict(extra="forbid")

    reference: Annotated[str, StringConstraints(pattern=r"^[\w.:-]{1,100}$")]
    callback_url: Annotated[str, StringConstraints(pattern=r"^https?://\S{1,500}$")] | None = None
    uscc: Text
    enterprise_name: Text
    region: Annotated[str, StringConstraints(pattern=r"^\d{6}$")]
    established_on: date
    legal_representative: PersonIn | None = None
    particulars: dict[str, Any] = Field(default_factory=dict, max_length=50)


State = Literal["processing", "receipted", "rejected"]


class FilingOut(BaseModel):
    """A filing as the department sees it now."""

    external_id: str
    department: str
    reference: str
    uscc: str
    state: State
    sequence: int
    receipt_number: str | None
    reason_code: str | None
    reason: str | None
    received_at: datetime
    decided_at: datetime | None
    poll_after_s: int | None
    repeated: bool = False


class FilingList(BaseModel):
    """The filings that a look-up found: none or one."""

    items: list[FilingOut]


class DepartmentOut(BaseModel):
    """One row of the directory."""

    code: str
    path: str
    name_zh: str
    name_en: str
    required: list[str]


class DepartmentList(BaseModel):
    """The directory."""

    items: list[DepartmentOut]


class RealNameIn(BaseModel):
    """A name and a number that should belong together."""

    model_config = ConfigDict(extra="forbid")

    name: Text
    id_number: Annotated[str, StringConstraints(strip_whitespace=True, max_length=18)]
    reference: Annotated[str, Field(max_length=100)] = ""


class RealNameOut(BaseModel):
    """What the population register says."""

    check_id: str
    result: Literal["match", "mismatch", "not_found"]
    checked_at: datetime


class Counts(BaseModel):
    """How much a department has seen."""

    requests: int
    filings: int
    receipted: int
    rejected: int
    callbacks_sent: int


class Health(BaseModel):
    """Alive."""

    status: Literal["ok"] = "ok"
