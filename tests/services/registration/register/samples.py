"""An entity to test with."""

from datetime import date
from uuid import uuid4

from services.registration.register.rules import (
    EntityRecord,
    PersonRecord,
    PersonRole,
    ShareholderRecord,
)
from tests.services.registration.licences.codes import fresh_uscc

SECRET_HASH = "d" * 64
ID_MASK = "9801**********1234"
PHONE_MASK = "000****5678"


def entity(**changes: object) -> EntityRecord:
    """A company with a published director and an unpublished liaison."""
    head = PersonRecord(
        role=PersonRole.legal_representative,
        name="林知远",
        person=SECRET_HASH,
        id_masked=ID_MASK,
        phone_masked=PHONE_MASK,
    )
    base: dict[str, object] = {
        "uscc": fresh_uscc(),
        "case_id": uuid4(),
        "name": "青屿重行智造科技有限公司",
        "entity_kind": "company",
        "organization_form": "limited_company",
        "type_text": "有限责任公司（自然人投资或控股）",
        "head_role": PersonRole.legal_representative,
        "head_name": "林知远",
        "registered_capital_fen": 100_000_000,
        "founded_on": date(2026, 11, 21),
        "approved_on": date(2026, 11, 21),
        "domicile": "云川省青屿市江湾区创客路18号",
        "business_scope": "一般项目：软件开发",
        "industry_code": "6511",
        "region_code": "980101",
        "registration_authority": "青屿市江湾区市场监督管理局",
        "is_demo": True,
        "people": (
            head,
            head.model_copy(update={"role": PersonRole.director, "name": "陈董"}),
            head.model_copy(update={"role": PersonRole.liaison, "name": "秘联络"}),
        ),
        "shareholders": (
            ShareholderRecord(
                kind="person",
                name="林知远",
                person=SECRET_HASH,
                id_masked=ID_MASK,
                subscribed_fen=60_000_000,
                due_on=date(2030, 1, 1),
            ),
            ShareholderRecord(
                kind="organisation",
                name="澜石示例投资有限公司",
                shareholder_uscc="91980101XY00000123",
                subscribed_fen=40_000_000,
            ),
        ),
    }
    return EntityRecord.model_validate(base | changes)
