"""What a form picks from the applicant's own list has a name for everybody else who sees the case."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from kit.forms import FieldView
from kit.matters import Matter
from services.carriers.matters import MATTERS as CARRIERS
from services.finance.matters import MATTERS as FINANCE
from services.registration.matters import MATTERS as REGISTRATION

EVERYBODYS = {"/industries", "/scope-items", "/regions", "/products", "/partners", "/open-carriers"}
"""Lists that any reader may ask for a name; the window does."""
MATTERS = [m for matters in (REGISTRATION, FINANCE, CARRIERS) for m in matters.values()]


def picked(fields: list[FieldView]) -> Iterator[FieldView]:
    for field in fields:
        if field.options_href or field.kind == "name_reservation":
            yield field
        yield from picked(field.fields or [])


@pytest.mark.parametrize("matter", MATTERS, ids=lambda matter: str(matter.code))
def test_each_reference_to_somebodys_own_list_is_labelled_by_the_service(matter: Matter) -> None:
    facts = {"carrier_name": "青屿示例众创空间"}
    case = SimpleNamespace(title="青屿示例科技有限公司", facts=facts, form={})
    labels = matter.handler.labels(case)
    fields = [field for page in matter.views for field in page.fields]
    own = {
        field.pointer
        for field in picked(fields)
        if (field.options_href or "").split("?")[0] not in EVERYBODYS
    }
    assert own <= set(labels), f"{own - set(labels)} would be shown as a bare code"
    assert set(labels) <= {field.pointer for field in picked(fields)}
    assert all(labels.values())
