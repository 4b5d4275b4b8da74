"""The organisation forms a name may end in, and which kinds of entity may use each.

Exists so that "longest suffix" has one place. A table in code and not in data: a new form needs a
new law, and rules.py relies on every kind named here. Must not judge whether a form is right.
"""

import re
from enum import StrEnum
from typing import NamedTuple


class EntityKind(StrEnum):
    """What shall bear the name; values are codes of reference/data/organization_forms.csv, and two
    more that only names know (集团, other)."""

    LIMITED_COMPANY = "limited_company"
    STOCK_COMPANY = "joint_stock_company"
    GENERAL_PARTNERSHIP = "general_partnership"
    SPECIAL_PARTNERSHIP = "special_general_partnership"
    LIMITED_PARTNERSHIP = "limited_partnership"
    SOLE_PROPRIETORSHIP = "sole_proprietorship"
    INDIVIDUAL_BUSINESS = "individual_business"
    COOPERATIVE = "cooperative"
    COOPERATIVE_UNION = "cooperative_union"
    BRANCH = "company_branch"
    ENTERPRISE_GROUP = "enterprise_group"
    OTHER_ENTERPRISE = "other_enterprise"


K = EntityKind
GROUP = r"(?:集团|（集团）)?"
BODIES = "合伙企业|会计师事务所|律师事务所|事务所|工作室|企业|中心|厂|店|商行|经营部|馆|所|社|部|行"
SMALL = frozenset({K.SOLE_PROPRIETORSHIP, K.INDIVIDUAL_BUSINESS})
SMALL_FORMS = (
    "经营部|门市部|批发部|服务部|维修部|加工部|销售部|代理部|工作室|商店|商行|商贸行|小卖部|便利店|"
    "超市|加工厂|养殖场|种植园|家庭农场|农场|摄影室|事务所|中心|店|厂|馆|部|行|社|坊|屋|吧|室|站|"
    "铺|摊|园|场|院|所|庄|楼|房"
)
UNION_FORMS = "农民专业合作社联合社|专业合作社联合社|合作社联合社|专业合作联社"
COOPERATIVE_FORMS = "农民专业合作社|专业合作社|合作社"
BRANCH_ENDS = "分公司|分厂|分店|分社|分所|分行|支行|分部|营业部"

# (pattern of the ending, kinds that may use it); the longest match wins
PATTERNS: tuple[tuple[re.Pattern[str], frozenset[EntityKind]], ...] = tuple(
    (re.compile(f"(?:{pattern})$"), frozenset(kinds))
    for pattern, kinds in (
        (GROUP + "股份有限公司|" + GROUP + "股份公司", {K.STOCK_COMPANY}),
        (GROUP + "有限责任公司|" + GROUP + "有限公司", {K.LIMITED_COMPANY}),
        (f"(?:{BODIES})?（特殊普通合伙）", {K.SPECIAL_PARTNERSHIP}),
        (f"(?:{BODIES})?（普通合伙）", {K.GENERAL_PARTNERSHIP}),
        (f"(?:{BODIES})?（有限合伙）", {K.LIMITED_PARTNERSHIP}),
        ("集团公司|总公司|总厂|总店|公司", {K.OTHER_ENTERPRISE}),
        ("集团", {K.ENTERPRISE_GROUP}),
        (UNION_FORMS, {K.COOPERATIVE_UNION}),
        (COOPERATIVE_FORMS, {K.COOPERATIVE}),
        (SMALL_FORMS, SMALL),
        ("（个人独资）", {K.SOLE_PROPRIETORSHIP}),
        ("合伙企业", set()),  # says partnership but not which: no kind may use it
        ("企业", {K.SOLE_PROPRIETORSHIP}),
    )
)
BRANCH = re.compile(
    r"^(?P<parent>.+(?:公司|合伙）|合作社|事务所|[厂店馆社部行]))"
    rf"(?P<branch>.*?(?:{BRANCH_ENDS}))$"
)
# 会计师事务所 is 会计师 (industry) + 事务所 (form): the body must not eat the industry
INDUSTRY_IN_BODY = ("会计师", "律师", "税务师")


class Form(NamedTuple):
    """A form as written, and the kinds that may use it."""

    text: str
    kinds: frozenset[EntityKind]


NO_FORM = Form(text="", kinds=frozenset())


def find_form(text: str) -> Form:
    """The longest known form at the end of a normalised name (名称规定 art. 10), or NO_FORM."""
    best = NO_FORM
    for pattern, kinds in PATTERNS:
        found = pattern.search(text)
        if found and len(found.group()) > len(best.text):
            best = Form(text=found.group(), kinds=kinds)
    for industry in INDUSTRY_IN_BODY:
        if best.text.startswith(industry):
            best = Form(text=best.text.removeprefix(industry), kinds=best.kinds)
    return best


def split_branch(text: str) -> tuple[str, str] | None:
    """Parent's name and the branch's own words (名称规定 art. 13), or None for no branch."""
    found = BRANCH.match(text)
    if not found or not find_form(found["parent"]).text:
        return None
    return found["parent"], found["branch"]
