"""The codes that tasks show, with their labels (GET /codes)."""

from kit.codelists import CodeList
from services.registration.departments.directory import DEPARTMENTS
from services.registration.departments.workflow import WORKFLOW

DEPARTMENT_LIST = CodeList(
    "departments", {d.code: (d.name_zh, d.name_en) for d in DEPARTMENTS.values()}
)
MATTER_LIST = CodeList(
    "department_matters", {d.code: (d.matter_zh, d.matter_en) for d in DEPARTMENTS.values()}
)
STATE_LIST = CodeList(
    "department_task_states", {state.code: (state.zh, state.en) for state in WORKFLOW.states}
)
PROBLEM_LIST = CodeList(
    "department_task_problems",
    {
        "no_answer_in_time": ("部门未在时限内应答", "The department did not answer in time"),
        "connection_lost": ("与部门的连接中断", "The connection to the department was lost"),
        "department_failed": ("部门系统故障", "The department's system failed"),
        "department_closed": ("部门系统维护中", "The department's system is under maintenance"),
        "department_throttles": ("部门限流", "The department limits how often it is asked"),
        "unreadable_answer": ("部门应答无法识别", "The department's answer could not be read"),
        "not_found_there": ("部门查无此申报", "The department does not know the filing"),
        "deadline_passed": ("已超过办理期限", "The deadline has passed"),
        "already_registered": (
            "部门已有该企业的登记",
            "The department already has this enterprise",
        ),
        "reference_reused": ("申报编号已被占用", "The reference was used with other content"),
        "missing_field": ("必填信息缺失", "A required particular is missing"),
        "invalid_field": ("信息格式有误", "A particular has the wrong form"),
        "invalid_uscc": ("统一社会信用代码有误", "The unified social credit code is wrong"),
        "data_mismatch": ("与部门留存信息不一致", "It differs from what the department holds"),
        "premises_unclear": ("住所信息不清", "The premises are not clear"),
        "person_restricted": ("人员存在限制情形", "A person is under restriction"),
    },
)
CODE_LISTS = (DEPARTMENT_LIST, MATTER_LIST, STATE_LIST, PROBLEM_LIST)
