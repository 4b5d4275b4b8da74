"""What one can choose in the establishment of a company: the codes, and how they are called."""

from enum import StrEnum


class ShareholderKind(StrEnum):
    natural_person = "natural_person"
    enterprise = "enterprise"


class ContributionMethod(StrEnum):
    """How a contribution is made. The last five are named by 条例 art. 13 as not allowed."""

    money = "money"
    in_kind = "in_kind"
    intellectual_property = "intellectual_property"
    land_use_right = "land_use_right"
    equity = "equity"
    creditors_right = "creditors_right"
    labour = "labour"
    credit = "credit"
    personal_name = "personal_name"
    goodwill = "goodwill"
    franchise = "franchise"
    encumbered_property = "encumbered_property"


class Position(StrEnum):
    chair = "chair"
    director = "director"
    manager = "manager"
    supervisor = "supervisor"


class Seal(StrEnum):
    official = "official"
    finance = "finance"
    contract = "contract"
    invoice = "invoice"
    legal_representative = "legal_representative"


KINDS = {
    "natural_person": ("自然人", "A person"),
    "enterprise": ("企业法人", "A company"),
}
METHODS = {
    "money": ("货币", "Money"),
    "in_kind": ("实物", "Goods"),
    "intellectual_property": ("知识产权", "Intellectual property"),
    "land_use_right": ("土地使用权", "Land-use right"),
    "equity": ("股权", "Equity"),
    "creditors_right": ("债权", "Creditor's right"),
}
POSITIONS = {
    "chair": ("董事长", "Chair of the board"),
    "director": ("董事", "Director"),
    "manager": ("经理", "Manager"),
    "supervisor": ("监事", "Supervisor"),
}
SEALS = {
    "official": ("公章", "Official seal"),
    "finance": ("财务专用章", "Finance seal"),
    "contract": ("合同专用章", "Contract seal"),
    "invoice": ("发票专用章", "Invoice seal"),
    "legal_representative": ("法定代表人名章", "Legal representative's seal"),
}

BANKS = {
    "QYSB": ("青屿示例银行（演示）", "Qingyu Example Bank (demo)"),
    "YCNS": ("云川农商示例银行（演示）", "Yunchuan Rural Example Bank (demo)"),
}
