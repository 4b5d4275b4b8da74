"""A licence to test with; nothing here decides anything."""

from datetime import date

from services.registration.licences.document import (
    Head,
    HeadRole,
    LicenceContent,
    LicenceDocument,
    Status,
    StatusListEntry,
)

URL = "http://127.0.0.1:8000"
STATUS_URI = f"{URL}/api/registration/v1/licence-status-lists/0"
SCOPE = (
    "一般项目：软件开发；信息技术咨询服务；人工智能应用软件开发。"
    "（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）"
)


def content(**changes: object) -> LicenceContent:
    """A company's licence content, with `changes`."""
    base: dict[str, object] = {
        "uscc": "91980101XY00000123",
        "name": "青屿云帆智造科技有限公司",
        "type_text": "有限责任公司（自然人投资或控股）",
        "head": Head(role=HeadRole.legal_representative, name="林㛃䶮"),
        "registered_capital_fen": 500_000_000,
        "founded_on": date(2026, 11, 21),
        "domicile": "云川省青屿市江湾区创客路18号众创大厦3层305室",
        "business_scope": SCOPE,
        "registration_authority": "青屿市江湾区市场监督管理局",
    }
    return LicenceContent.model_validate(base | changes)


def sample(*, version: int = 1, is_demo: bool = True, **changes: object) -> LicenceDocument:
    """A whole document at status index 5."""
    return LicenceDocument(
        issuer=URL,
        licence_id="0193a2f0-0000-7000-8000-000000000001",
        version=version,
        issued_on=date(2026, 11, 21),
        is_demo=is_demo,
        licence=content(**changes),
        status=Status(status_list=StatusListEntry(idx=5, uri=STATUS_URI)),
    )
