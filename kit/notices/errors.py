"""Facts that stop an objection."""

from kit.errors import Problem


class NoticeClosed(Problem):
    code = "notice_closed"
    status = 409
    title_zh = "公示期已结束"
    title_en = "The notice period is over"


class AlreadyObjected(Problem):
    code = "already_objected"
    status = 409
    title_zh = "您已对该公示提出过异议"
    title_en = "You have objected to this notice already"


class ObjectionByParty(Problem):
    code = "objection_by_party"
    status = 403
    title_zh = "办件当事人和经办人员不能在此提出异议"
    title_en = "Parties to the case and the staff who handle it do not object here"


class ObjectionDecided(Problem):
    code = "objection_decided"
    status = 409
    title_zh = "该异议已有处理结果"
    title_en = "The objection has been decided already"
