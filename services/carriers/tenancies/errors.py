"""Facts that stop a move of a tenancy."""

from kit.errors import Problem


class AdmissionNotMet(Problem):
    code = "admission_criteria_not_met"
    status = 422
    title_zh = "申请人不符合入驻条件"
    title_en = "The applicant does not meet the conditions of admission"


class StayTooLong(Problem):
    code = "stay_limit_exceeded"
    status = 422
    title_zh = "超过最长入驻时间"
    title_en = "Longer than the longest stay"


class StayNotLonger(Problem):
    code = "stay_not_longer"
    status = 422
    title_zh = "延长后的日期须晚于现在的到期日"
    title_en = "The new last day must be later than the present one"


class StayStartsInPast(Problem):
    code = "stay_starts_in_past"
    status = 422
    title_zh = "入驻日期不能早于今天"
    title_en = "The stay cannot start in the past"


class StayStartsTooLate(Problem):
    code = "stay_starts_too_late"
    status = 422
    title_zh = "入驻日期太晚"
    title_en = "The stay starts too late"


class GraduationGroundNotMet(Problem):
    code = "graduation_ground_not_met"
    status = 422
    title_zh = "未达到所选毕业条件"
    title_en = "The ground's threshold is not met"
