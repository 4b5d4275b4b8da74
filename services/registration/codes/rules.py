"""Business codes, position by position: the 18-digit USCC, the organisation code, the old number.

Every refusal names the place and a stable code, so that a form can point at the wrong character.
Pure: the table of regions is passed in, nothing is looked up, no entity type is derived from a code
(a company that grew out of a sole trader keeps its 92…). Sources: GB 32100-2015 with amendment 1,
GB 11714, GS 15-2006, ISO 7064 MOD 11,10.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from contracts.values import code_text

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100 (no I O S V Z); a character's value is its index."""

DEMO_REGION = "98"
"""The invented province: no real region code starts with it (domain.md 6)."""

USCC_WEIGHTS = tuple(3**i % 31 for i in range(17))
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

DEPARTMENTS: Mapping[str, Mapping[str, str]] = {
    "1": {"1": "机关", "2": "事业单位", "3": "编办直接管理机构编制的群众团体", "9": "其他"},
    "2": {"1": "外国常驻新闻机构", "9": "其他"},
    "3": {
        "1": "律师执业机构",
        "2": "公证处",
        "3": "基层法律服务所",
        "4": "司法鉴定机构",
        "5": "仲裁委员会",
        "9": "其他",
    },
    "4": {"1": "外国在华文化中心", "9": "其他"},
    "5": {"1": "社会团体", "2": "民办非企业单位", "3": "基金会", "9": "其他"},
    "6": {
        "1": "外国旅游部门常驻代表机构",
        "2": "港澳台地区旅游部门常驻内地（大陆）代表机构",
        "9": "其他",
    },
    "7": {"1": "宗教活动场所", "2": "宗教院校", "9": "其他"},
    "8": {"1": "基层工会", "9": "其他"},
    "9": {"1": "企业", "2": "个体工商户", "3": "农民专业合作社", "9": "其他"},
    "A": {"1": "军队事业单位", "9": "其他"},
    "N": {
        "1": "组级集体经济组织",
        "2": "村级集体经济组织",
        "3": "乡镇级集体经济组织",
        "9": "其他",
    },
    "Y": {"1": "其他"},
}
"""Position 1 (登记管理部门) → position 2 (机构类别), as in GB 32100-2015 and its amendment."""

_DIGITS = frozenset("0123456789")
_ORG_CHARACTERS = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")


class CodeKind(StrEnum):
    """The codes that this service can judge."""

    USCC = "uscc"
    ORG_CODE = "org_code"
    LEGACY_REG_NO = "legacy_reg_no"
    RESIDENT_ID = "resident_id"


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why a code is wrong. Positions count from 1, both ends included.

    A `hint` is only worth a look: it does not make the code wrong.
    """

    code: str
    first: int
    last: int
    values: Mapping[str, str] = field(default_factory=dict)
    hint: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The normalised text and everything that is wrong with it; valid when that is at most hints."""

    kind: CodeKind
    text: str
    findings: tuple[Finding, ...] = ()

    @property
    def valid(self) -> bool:
        return not self.faults

    @property
    def faults(self) -> tuple[Finding, ...]:
        return tuple(found for found in self.findings if not found.hint)


def uscc_check(first17: str) -> str:
    """Position 18 for the 17 characters before it (all in ALPHABET)."""
    total = sum(ALPHABET.index(c) * w for c, w in zip(first17, USCC_WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def org_code_check(body: str) -> str:
    """The ninth character of an organisation code: `MADHPW66` → `7` (GB 11714, A=10 … Z=35)."""
    total = sum(int(c, 36) * w for c, w in zip(body, ORG_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def legacy_check(first14: str) -> str:
    """The fifteenth digit of an old registration number (ISO 7064 MOD 11,10)."""
    product = 10
    for digit in first14:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)


def check_uscc(text: str, *, regions: Container[str]) -> Verdict:
    """Judge all 18 positions of a unified social credit code.

    `regions` answers whether a six-digit code is or ever was that of a region or registration
    authority. All independent faults are reported; a check character is only judged when the
    characters that it covers can be read.
    """
    code = code_text(text)
    kind = CodeKind.USCC
    if len(code) != 18:
        return Verdict(kind, code, (_length(code, 18),))
    findings = [
        Finding("uscc_character", i, i, {"character": c})
        for i, c in enumerate(code, 1)
        if c not in (_DIGITS if 3 <= i <= 8 else ALPHABET)
    ]
    bad = {f.first for f in findings}
    findings += _department(code, bad)
    if not bad & set(range(3, 9)) and code[2:8] not in regions:
        findings.append(Finding("region_unknown", 3, 8, {"region": code[2:8]}))
    if not bad & set(range(9, 17)) and code[16] != org_code_check(code[8:16]):
        findings.append(Finding("org_code_check", 17, 17, {"expected": org_code_check(code[8:16])}))
    if not bad and code[17] != uscc_check(code[:17]):
        findings.append(Finding("uscc_check", 18, 18, {"expected": uscc_check(code[:17])}))
    return Verdict(kind, code, tuple(sorted(findings, key=lambda f: (f.first, f.last))))


def _department(code: str, bad: set[int]) -> list[Finding]:
    if 1 in bad:
        return []
    categories = DEPARTMENTS.get(code[0])
    if categories is None:
        return [Finding("department_unknown", 1, 1, {"department": code[0]})]
    if 2 not in bad and code[1] not in categories:
        return [Finding("category_unknown", 2, 2, {"department": code[0], "category": code[1]})]
    return []


def check_org_code(text: str) -> Verdict:
    """Judge a nine-character organisation code (组织机构代码, with or without its hyphen).

    Letters are the whole alphabet here: the codes given out before 2015 know no exclusions.
    """
    code = code_text(text)
    kind = CodeKind.ORG_CODE
    if len(code) != 9:
        return Verdict(kind, code, (_length(code, 9),))
    allowed = [_ORG_CHARACTERS] * 8 + [_DIGITS | {"X"}]
    findings = [
        Finding("org_code_character", i, i, {"character": c})
        for i, (c, ok) in enumerate(zip(code, allowed, strict=True), 1)
        if c not in ok
    ]
    if not findings and code[8] != org_code_check(code[:8]):
        findings = [Finding("org_code_check", 9, 9, {"expected": org_code_check(code[:8])})]
    return Verdict(kind, code, tuple(findings))


def check_legacy_reg_no(text: str, *, regions: Container[str]) -> Verdict:
    """Judge a 15-digit registration number as used until 2015 (GS 15-2006)."""
    code = code_text(text)
    kind = CodeKind.LEGACY_REG_NO
    if len(code) != 15:
        return Verdict(kind, code, (_length(code, 15),))
    findings = [
        Finding("legacy_character", i, i, {"character": c})
        for i, c in enumerate(code, 1)
        if c not in _DIGITS
    ]
    if not any(f.first <= 6 for f in findings) and code[:6] not in regions:
        findings.append(Finding("region_unknown", 1, 6, {"region": code[:6]}))
    if all(c in _DIGITS for c in code) and code[14] != legacy_check(code[:14]):
        findings.append(Finding("legacy_check", 15, 15, {"expected": legacy_check(code[:14])}))
    return Verdict(kind, code, tuple(sorted(findings, key=lambda f: f.first)))


def legacy_subject(code: str) -> str:
    """Who an old number was given to, by its seventh digit: domestic, foreign or sole trader."""
    first = int(code[6])
    return "domestic" if first <= 3 else "foreign" if first <= 5 else "sole_trader"


def org_code_body(prefix: str, sequence: int) -> str:
    """The eight characters of a new organisation code: prefix, then `sequence` in base 31.

    Raises ValueError for a foreign character, a negative sequence, or one that does not fit.
    """
    width = 8 - len(prefix)
    if width < 1 or any(c not in ALPHABET for c in prefix):
        raise ValueError(f"{prefix!r} is no prefix of an organisation code")
    if not 0 <= sequence < 31**width:
        raise ValueError(f"sequence {sequence} does not fit behind {prefix!r}")
    digits = ""
    for _ in range(width):
        sequence, value = divmod(sequence, 31)
        digits = ALPHABET[value] + digits
    return prefix + digits


def body_value(body: str) -> int:
    """The eight characters as one number, so that ranges of codes can be compared."""
    value = 0
    for character in body:
        value = value * 31 + ALPHABET.index(character)
    return value


def make_uscc(*, department: str, category: str, region_code: str, body: str) -> str:
    """The whole 18 characters for an eight-character body, both check characters computed.

    Raises ValueError when a part is not one that GB 32100 knows.
    """
    if category not in DEPARTMENTS.get(department, {}):
        raise ValueError(f"GB 32100 has no category {category!r} under department {department!r}")
    if len(region_code) != 6 or any(c not in _DIGITS for c in region_code):
        raise ValueError(f"{region_code!r} is no region code")
    if len(body) != 8 or any(c not in ALPHABET for c in body):
        raise ValueError(f"{body!r} is no body of an organisation code")
    first17 = department + category + region_code + body + org_code_check(body)
    return first17 + uscc_check(first17)


def make_legacy_reg_no(region_code: str, sequence: int) -> str:
    """An old-style number for demonstrations: six digits of region, eight of sequence, check."""
    first14 = f"{region_code}{sequence:08d}"
    if len(first14) != 14 or any(c not in _DIGITS for c in first14):
        raise ValueError("an old number has six digits of region and eight of sequence")
    return first14 + legacy_check(first14)


def _length(code: str, expected: int) -> Finding:
    values = {"length": str(len(code)), "expected": str(expected)}
    return Finding("code_length", 1, max(len(code), 1), values)
