"""The codes that names show, with their labels (GET /codes)."""

from kit.codelists import CodeList
from services.registration.names.reasons import CODES, LIKENESSES

OUTCOMES = {
    "available": ("可以使用", "Available"),
    "promise_required": ("须作出书面承诺", "A written promise is needed"),
    "approval_required": ("须由上级机关核准", "A higher authority must approve"),
    "blocked": ("不得使用", "Not allowed"),
}
LEVELS = {
    "info": ("说明", "Information"),
    "warn": ("提示", "Warning"),
    "promise": ("须承诺", "Promise needed"),
    "approval": ("须核准", "Approval needed"),
    "block": ("禁止", "Blocked"),
}
STATES = {
    "reserved": ("保留中", "Reserved"),
    "registered": ("已登记", "Registered"),
    "released": ("已放弃", "Released"),
    "lapsed": ("已失效", "Lapsed"),
}
CODE_LISTS = (
    CodeList("name_outcomes", OUTCOMES),
    CodeList("name_reason_levels", LEVELS),
    CodeList("name_reasons", CODES),
    CodeList("name_likenesses", {like.value: label for like, label in LIKENESSES.items()}),
    CodeList("name_reservation_states", STATES),
)
