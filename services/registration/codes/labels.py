"""Why a code is wrong, in both languages: the code list `code_findings` of GET /codes."""

from kit.codelists import CodeList
from kit.schemas import Label
from services.registration.codes.rules import Finding

FINDINGS = CodeList(
    name="code_findings",
    labels={
        "code_length": ("长度不对", "It has the wrong length"),
        "uscc_character": (
            "此位不能使用该字符（第3至8位为数字，其余不用 I、O、S、V、Z）",
            "This place does not take that character (digits in 3 to 8, elsewhere no I, O, S, V, Z)",
        ),
        "department_unknown": (
            "没有这个登记管理部门代码",
            "No registration department has this code",
        ),
        "category_unknown": (
            "该登记管理部门没有这个机构类别",
            "This department has no such category of organisation",
        ),
        "region_unknown": (
            "没有这个行政区划码，历史上也没有",
            "No region has or ever had this code",
        ),
        "org_code_character": (
            "组织机构代码的此位不能使用该字符",
            "This place of an organisation code does not take that character",
        ),
        "org_code_check": (
            "组织机构代码的校验码不对",
            "The check of the organisation code is wrong",
        ),
        "uscc_check": ("第18位校验码不对", "The check character in place 18 is wrong"),
        "legacy_character": ("注册号只含数字", "An old registration number has digits only"),
        "legacy_check": ("第15位校验码不对", "The check digit in place 15 is wrong"),
        "resident_id_character": (
            "前17位为数字，末位为数字或 X",
            "17 digits, then a digit or X",
        ),
        "resident_id_sequence": ("顺序码不能为 000", "The sequence cannot be 000"),
        "resident_id_check": ("末位校验码不对", "The check character is wrong"),
        "birth_date_unreal": ("没有这个出生日期", "There is no such date of birth"),
        "birth_in_future": ("出生日期在将来", "The date of birth is in the future"),
        "under_age": ("未满16周岁", "The person is not yet 16"),
        "age_by_hand": (
            "已满16周岁未满18周岁，需人工核实是否以自己的劳动收入为主要生活来源",
            "16 or 17: a person must check whether they live on their own labour",
        ),
    },
)

KINDS = CodeList(
    name="code_kinds",
    labels={
        "uscc": ("统一社会信用代码", "Unified social credit code"),
        "org_code": ("组织机构代码", "Organisation code"),
        "legacy_reg_no": ("旧注册号（15位）", "Old registration number (15 digits)"),
        "resident_id": ("公民身份号码", "Resident ID number"),
    },
)
CODE_LISTS = (KINDS, FINDINGS)


def label_of(finding: Finding) -> Label:
    """The finding's sentence in both languages."""
    zh, en = FINDINGS.labels[finding.code]
    return Label(zh=zh, en=en)
