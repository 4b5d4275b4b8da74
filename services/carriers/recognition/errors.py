"""Facts that stop a recognition, each with its stable code."""

from kit.errors import Problem


class RecognitionPending(Problem):
    code = "recognition_pending"
    status = 409
    title_zh = "该载体已有一件申报在办"
    title_en = "Another application of this carrier is open"


class TitleHeld(Problem):
    code = "title_held"
    status = 409
    title_zh = "该载体已有有效的备案"
    title_en = "This carrier holds a valid title"


class BarredFromApplying(Problem):
    code = "barred_from_applying"
    status = 409
    title_zh = "因弄虚作假，在限制申报期内"
    title_en = "Barred from applying after false statements"


class CriteriaUnmet(Problem):
    code = "recognition_criteria_unmet"
    status = 409
    title_zh = "按今天的条件不能备案"
    title_en = "By today's criteria it cannot be filed"


class UnknownExpert(Problem):
    code = "unknown_expert"
    status = 422
    title_zh = "专家库中没有这位在库专家"
    title_en = "There is no such active expert in the register"


class ExpertInConflict(Problem):
    code = "expert_in_conflict"
    status = 422
    title_zh = "该专家与申报单位有利害关系，应当回避"
    title_en = "This expert has an interest in the applicant and must stand aside"


class ExpertOnPanel(Problem):
    code = "expert_on_panel"
    status = 409
    title_zh = "该专家已在本评审组或已回避"
    title_en = "This expert is on the panel, or has stood aside from it"


class PanelNotOdd(Problem):
    code = "panel_not_odd"
    status = 422
    title_zh = "评审组须为 3 人以上单数"
    title_en = "A panel has three experts or more, and an odd number"


class AlreadyScored(Problem):
    code = "already_scored"
    status = 409
    title_zh = "您已评分，评分不可更改"
    title_en = "You have scored; a score stands"


class ExpertRegistered(Problem):
    code = "expert_registered"
    status = 409
    title_zh = "该专家已在库"
    title_en = "This expert is in the register already"


class TitleEnded(Problem):
    code = "title_ended"
    status = 409
    title_zh = "该备案已失效"
    title_en = "This title has ended"
