"""Facts that stop an assessment."""

from kit.errors import Problem


class AssessmentNotOpen(Problem):
    code = "assessment_not_open"
    status = 409
    title_zh = "该载体这一年度没有待报的考核"
    title_en = "No report of this carrier is due for that year"
