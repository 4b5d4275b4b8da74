"""The codes that names show, with their labels (GET /codes)."""

from kit.codelists import CodeList
from services.registration.names.authorities import offices
from services.registration.names.reasons import CODES, LIKENESSES
from services.registration.names.word_list import word_kinds

OUTCOMES = {
    "available": ("可以使用", "Available"),
    "caution": ("可以使用，但有风险", "Available, with a risk"),
    "promise_required": ("须作出书面承诺", "A written promise is needed"),
    "judgement_required": ("须由登记机关核实", "The registration authority must look at it"),
    "approval_required": (
        "须由上级机关或者主管部门核准",
        "A higher authority or the regulator must approve",
    ),
    "blocked": ("不得使用", "Not allowed"),
}
LEVELS = {
    "info": ("说明", "Information"),
    "warn": ("提示", "Note"),
    "caution": ("风险", "Risk"),
    "promise": ("须承诺", "Promise needed"),
    "judgement": ("须核实", "To be looked at"),
    "approval": ("须核准", "Approval needed"),
    "block": ("禁止", "Blocked"),
}
STATES = {
    "reserved": ("保留中", "Reserved"),
    "registered": ("已登记", "Registered"),
    "released": ("已放弃", "Released"),
    "lapsed": ("已失效", "Lapsed"),
}
AUTHORITIES = {office.code.value: (office.zh, office.en) for office in offices().values()}
WORD_KINDS = {kind.code: (kind.zh, kind.en) for kind in word_kinds().values()}
CODE_LISTS = (
    CodeList("name_outcomes", OUTCOMES),
    CodeList("name_reason_levels", LEVELS),
    CodeList("name_reasons", CODES),
    CodeList("name_authorities", AUTHORITIES),
    CodeList("name_word_kinds", WORD_KINDS),
    CodeList("name_likenesses", {like.value: label for like, label in LIKENESSES.items()}),
    CodeList("name_reservation_states", STATES),
)
