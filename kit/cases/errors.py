"""Facts that stop a case, each with its stable code."""

from typing import Self

from kit.errors import FieldError, Problem
from kit.workflow import Facts, Need


class UnknownMatter(Problem):
    code = "unknown_matter"
    status = 422
    title_zh = "没有这个事项"
    title_en = "There is no such matter here"


class UnknownAction(Problem):
    code = "unknown_action"
    status = 404
    title_zh = "该事项没有这个操作"
    title_en = "This matter has no such action"


class IllegalTransition(Problem):
    code = "illegal_transition"
    status = 409
    title_zh = "当前状态不能进行该操作"
    title_en = "The case's present state does not allow this action"


class ActionBlocked(Problem):
    code = "action_blocked"
    status = 409
    title_zh = "条件尚未满足，暂不能进行该操作"
    title_en = "A condition of this action does not hold yet"

    @classmethod
    def by(cls, need: Need, facts: Facts) -> Self:
        """The refusal for a need that does not hold: its words, its law, and when it will."""
        opens_at = need.opens_at(facts) if need.opens_at else None
        return cls(
            detail_zh=need.zh,
            detail_en=need.en,
            errors=[FieldError(pointer="", code=need.code)],
            extra={"legal_basis": need.legal_basis, "opens_at": opens_at},
        )


class NotYourMove(Problem):
    code = "not_your_move"
    status = 403
    title_zh = "该操作须由他人进行"
    title_en = "This action belongs to somebody else in this case"


class CaseAssigned(Problem):
    code = "case_assigned"
    status = 409
    title_zh = "这件已经有人接手"
    title_en = "Somebody has taken this case"

    @classmethod
    def to(cls, name: str) -> Self:
        """`name`: of the colleague who has it."""
        return cls(
            detail_zh=f"这件由{name}办理，可以请本人转交，或者请部门负责人转派",
            detail_en=f"{name} has this case; they, or the head of the department, can hand it over",
            extra={"assigned_to": name},
        )


class NotAssigned(Problem):
    code = "case_not_assigned"
    status = 409
    title_zh = "这件还没有人接手"
    title_en = "Nobody has taken this case"


class ColleagueCannotHandle(Problem):
    code = "colleague_cannot_handle"
    status = 422
    title_zh = "不能转交给这个人：须是本部门、本辖区的经办人员，且与本件无关"
    title_en = "It cannot go to this person: an officer of the same department and region with no part in it"


class FormNotEditable(Problem):
    code = "form_not_editable"
    status = 409
    title_zh = "当前状态不能修改表单"
    title_en = "The form cannot be changed in the present state"


class FormIncomplete(Problem):
    code = "form_incomplete"
    status = 422
    title_zh = "表单尚未填写完整或有误"
    title_en = "The form is not complete or breaks a rule"
