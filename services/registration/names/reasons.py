"""Every reason that a name can meet, with its code, its clause and its sentences.

Exists so that texts and codes stand together and rules.py holds only conditions. `CODES` feeds the
code catalogue. Must not decide anything.
"""

from collections.abc import Sequence
from dataclasses import replace

from services.registration.names.comparison import FormerKind, Likeness, NameState
from services.registration.names.verdicts import Authority, Conflict, Level, Reason

LAW = "企业名称登记管理规定第{}条"
RULES_2017 = "企业名称相同相近比对规则（工商企注字〔2017〕133号）"


def _reason(
    code: str,
    level: Level,
    article: str,
    zh: str,
    en: str,
    *,
    part: str = "",
    authority: Authority | None = None,
) -> Reason:
    return Reason(
        code=code,
        level=level,
        legal_basis=LAW.format(article),
        zh=zh,
        en=en,
        part=part,
        authority=authority,
    )


def approved_elsewhere(reason: Reason, document: str) -> Reason:
    """The higher authority's approval is declared: it is checked when registering."""
    return replace(
        reason,
        level=Level.JUDGEMENT,
        zh=f"{reason.zh}；已声明核准文件“{document}”，登记时核对",
        en=f"{reason.en}; declared approval {document}, to be checked when registering",
        authority=Authority.REGISTRATION,
    )


def name_length(longest: int) -> Reason:
    """No name at all, or one that no seal could carry."""
    zh, en = f"名称应为 1 至 {longest} 个字符", f"A name has 1 to {longest} characters"
    return _reason("name_length", Level.BLOCK, "五", zh, en)


def characters_not_standard(strange: Sequence[str]) -> Reason:
    """Han characters outside 通用规范汉字表."""
    listed = "、".join(dict.fromkeys(strange))
    zh = f"“{listed}”不是规范汉字"
    en = f"Not among the standard characters (通用规范汉字表): {listed}"
    return _reason("characters_not_standard", Level.BLOCK, "五", zh, en)


def characters_not_han(foreign: Sequence[str]) -> Reason:
    """Letters, digits, signs."""
    listed = "".join(dict.fromkeys(foreign))
    zh = f"名称不得使用字母、数字或符号：{listed}"
    en = f"A name holds Chinese characters only, no letters, digits or signs: {listed}"
    return _reason("characters_not_han", Level.BLOCK, "五", zh, en)


def region_missing() -> Reason:
    """Only firms working across provinces may leave the region out."""
    zh = "名称未含行政区划：跨省经营的企业方可不含，由国家市场监督管理总局办理"
    en = "No region: only firms active across provinces may omit it, through the national authority"
    to = Authority.NATIONAL
    return _reason("region_missing", Level.APPROVAL, "六", zh, en, part="region", authority=to)


def region_elsewhere(full_name: str) -> Reason:
    """The region is not that of the seat."""
    zh, en = f"行政区划“{full_name}”不是企业所在地", f"{full_name} is not where the seat is"
    return _reason("region_elsewhere", Level.BLOCK, "七", zh, en, part="region")


def region_ended(region: str) -> Reason:
    """A region that has been renamed or merged."""
    zh, en = f"行政区划“{region}”已撤销或更名", f"The region {region} no longer exists"
    return _reason("region_ended", Level.BLOCK, "七", zh, en, part="region")


def district_without_city(region: str) -> Reason:
    """A 市辖区 must stand behind its city."""
    zh = f"市辖区“{region}”应当同时冠以所属设区的市的名称"
    en = f"The district {region} must stand behind the name of its city"
    return _reason("district_without_city", Level.BLOCK, "七", zh, en, part="region")


def china_in_brackets() -> Reason:
    """（中国） is for foreign-controlled firms that use their investor's trade name."""
    zh = "“（中国）”仅限使用外国投资者字号的外商独资或者控股企业"
    en = "（中国） is only for foreign-controlled firms that use their investor's trade name"
    return _reason("china_in_brackets", Level.BLOCK, "十二", zh, en, part="region")


def trade_name_missing() -> Reason:
    """Region, industry and form, but no trade name."""
    zh, en = "名称缺少字号", "The name has no trade name (字号)"
    return _reason("trade_name_missing", Level.BLOCK, "八", zh, en, part="trade_name")


def trade_name_too_short(least: int) -> Reason:
    """At least two Han characters."""
    zh = f"字号应当由 {least} 个以上汉字组成"
    en = f"A trade name has at least {least} Chinese characters"
    return _reason("trade_name_too_short", Level.BLOCK, "八", zh, en, part="trade_name")


def trade_name_is_region(word: str, *, explained: bool) -> Reason:
    """A region's name, unless it has another meaning."""
    if explained:
        zh, en = f"“{word}”同为行政区划名称，按另有含义使用", f"{word} is used in another meaning"
        return _reason("trade_name_is_region", Level.INFO, "八", zh, en, part="trade_name")
    zh = f"县级以上行政区划名称“{word}”不得作为字号，另有含义的除外"
    en = f"{word} is the name of a region and no trade name unless it has another meaning"
    return _reason("trade_name_is_region", Level.BLOCK, "八", zh, en, part="trade_name")


def trade_name_is_industry(word: str, *, explained: bool) -> Reason:
    """An industry word, unless it has another meaning."""
    if explained:
        zh, en = f"“{word}”同为行业用语，按另有含义使用", f"{word} is used in another meaning"
        return _reason("trade_name_is_industry", Level.WARN, "八", zh, en, part="trade_name")
    zh = f"行业用语“{word}”不得作为字号，另有含义的除外"
    en = f"{word} is an industry and no trade name unless it has another meaning"
    return _reason("trade_name_is_industry", Level.BLOCK, "八", zh, en, part="trade_name")


def industry_missing() -> Reason:
    """Only groups across industries may leave it out."""
    zh = "名称未含行业或者经营特点：跨行业综合经营的企业方可不含，由省级市场监督管理部门办理"
    en = "No industry: only firms across industries may omit it, through the provincial authority"
    to = Authority.PROVINCE
    return _reason("industry_missing", Level.APPROVAL, "六", zh, en, part="industry", authority=to)


def industry_unknown(text: str) -> Reason:
    """Not in the dictionary: usage may still support it."""
    zh = f"“{text}”不在行业用语表内，请参照国民经济行业分类或者行业习惯"
    en = f"{text} is not a listed industry word; follow GB/T 4754 or trade usage"
    return _reason("industry_unknown", Level.WARN, "九", zh, en, part="industry")


def new_industry_word(word: str) -> Reason:
    """New-industry words are open to incubatees only."""
    return Reason(
        code="new_industry_word",
        level=Level.BLOCK,
        legal_basis="吉政办发〔2015〕31号（五）；企业名称登记管理规定第九条",
        zh=f"新兴行业用语“{word}”限众创空间等孵化机构内的在孵企业使用",
        en=f"The new-industry word {word} is open to incubatees of maker spaces only",
        part="industry",
    )


def form_missing() -> Reason:
    """No ending that is a form."""
    zh, en = "名称未标明组织形式", "The name does not end in an organisation form"
    return _reason("form_missing", Level.BLOCK, "十", zh, en, part="form")


def form_unclear(form: str) -> Reason:
    """公司 or 合伙企业 alone do not say the liability."""
    zh = f"组织形式“{form}”未标明责任形式"
    en = f"The form {form} does not say which liability its owners bear"
    return _reason("form_unclear", Level.BLOCK, "十", zh, en, part="form")


def form_of_another_kind(form: str) -> Reason:
    """公司 for a shop, 店 for a company."""
    zh = f"组织形式“{form}”与申请的主体类型不符"
    en = f"The form {form} is not one of the kind of entity applied for"
    return _reason("form_of_another_kind", Level.BLOCK, "十", zh, en, part="form")


def branch_without_parent() -> Reason:
    """A branch carries its parent's name in front."""
    zh = "分支机构名称应当冠以其所从属企业的名称，并缀以“分公司”“分厂”“分店”等字词"
    en = "A branch carries its parent's full name in front and 分公司, 分厂 or 分店 at the end"
    return _reason("branch_without_parent", Level.BLOCK, "十三", zh, en, part="form")


STATES = {
    NameState.RESERVED: ("已保留", "reserved"),
    NameState.REGISTERED: ("已登记", "registered"),
    NameState.FORMER: ("原企业名称（未满 1 年）", "a former name of less than a year ago"),
}
LIKENESSES: dict[Likeness, tuple[str, str]] = {
    Likeness.WHOLE_NAME: ("名称完全相同", "the whole name is equal"),
    Likeness.OTHER_ORDER: ("文字相同、排列顺序不同", "the same words in another order"),
    Likeness.SAME_TRADE_NAME_AND_INDUSTRY: ("字号、行业相同", "same trade name and industry"),
    Likeness.SAME_TRADE_NAME_SAME_DIVISION: (
        "字号相同且属同行业（国民经济行业大类）", "same trade name, same division of industry",
    ),
    Likeness.SAME_TRADE_NAME_NO_INDUSTRY: (
        "字号相同，其中一方不含行业表述", "same trade name, one of them without an industry",
    ),
    Likeness.SAME_TRADE_NAME_SAME_MEANING: (
        "字号相同，行业表述不同但含义相同", "same trade name, industry of the same meaning",
    ),
    Likeness.SAME_SOUND: ("字号字音相同，行业相同或者含义相同", "trade names sound the same"),
    Likeness.CONTAINS: ("字号包含已有字号", "contains an existing trade name"),
    Likeness.CONTAINED: ("字号被已有字号包含", "is contained in an existing trade name"),
    Likeness.CONTAINS_SOUND: ("字号部分字音与已有字号相同", "part of it sounds like an existing one"),
    Likeness.CONTAINED_SOUND: ("字号字音被已有字号包含", "its sound is part of an existing one"),
}  # fmt: skip


def _against(conflict: Conflict) -> tuple[str, str]:
    other = conflict.existing
    zh, en = LIKENESSES[conflict.likeness]
    state_zh, state_en = STATES[other.state]
    name = other.key.written
    return f"与{state_zh}的“{name}”{zh}", f"{en}: {name} ({state_en})"


def identical(conflict: Conflict) -> Reason:
    """相同: blocked by art. 17."""
    zh, en = _against(conflict)
    items = {None: "一", FormerKind.REVOKED: "三"}
    item = items.get(conflict.existing.former_kind, "二")
    return Reason(
        code="identical_name",
        level=Level.BLOCK,
        legal_basis=f"{LAW.format('十七')}第（{item}）项",
        zh=zh,
        en=en,
        conflict=conflict,
    )


def identical_but_tied(conflict: Conflict, tie: str) -> Reason:
    """相同, but investment or transfer opens it; the proof is looked at when registering."""
    zh, en = _against(conflict)
    return Reason(
        code="identical_name_tied",
        level=Level.INFO,
        legal_basis=LAW.format("十七"),
        zh=f"{zh}；已声明投资关系或者名称受让，登记时核对证明",
        en=f"{en}; declared tie ({tie}), to be proved when registering",
        conflict=conflict,
    )


def similar(conflict: Conflict) -> Reason:
    """相近: the applicant promises in writing (art. 16), nothing is blocked."""
    zh, en = _against(conflict)
    return Reason(
        code="similar_name",
        level=Level.PROMISE,
        legal_basis=f"{LAW.format('十六')}；{RULES_2017}",
        zh=zh,
        en=en,
        conflict=conflict,
    )


CODES: dict[str, tuple[str, str]] = {
    "name_length": ("名称长度", "Length of the name"),
    "characters_not_standard": ("非规范汉字", "Characters that are not standard"),
    "characters_not_han": ("含字母、数字或符号", "Letters, digits or signs"),
    "region_missing": ("缺少行政区划", "Region missing"),
    "region_elsewhere": ("行政区划与住所不符", "Region is not the seat's"),
    "region_ended": ("行政区划已撤销", "Region no longer exists"),
    "district_without_city": ("市辖区未冠以市名", "District without its city"),
    "china_in_brackets": ("（中国）字样", "（中国） not permitted"),
    "trade_name_missing": ("缺少字号", "Trade name missing"),
    "trade_name_too_short": ("字号过短", "Trade name too short"),
    "trade_name_is_region": ("字号为行政区划名称", "Trade name is a region"),
    "trade_name_is_industry": ("字号为行业用语", "Trade name is an industry word"),
    "industry_missing": ("缺少行业", "Industry missing"),
    "industry_unknown": ("行业用语未收录", "Industry word not listed"),
    "new_industry_word": ("新兴行业用语", "New-industry word"),
    "form_missing": ("缺少组织形式", "Form missing"),
    "form_unclear": ("组织形式不明", "Form unclear"),
    "form_of_another_kind": ("组织形式不符", "Form of another kind"),
    "branch_without_parent": ("分支机构未冠以企业名称", "Branch without its parent"),
    "restricted_word": ("禁用或限用字词", "Restricted word"),
    "word_at_head": ("冠以特定字词", "Word at the head"),
    "well_known_name": ("他人有一定影响的名称", "A well-known name of another"),
    "identical_name": ("名称相同", "Identical name"),
    "identical_name_tied": ("名称相同（有投资关系或受让）", "Identical, with a declared tie"),
    "similar_name": ("名称近似", "Similar name"),
}
