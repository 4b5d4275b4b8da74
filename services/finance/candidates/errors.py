"""Facts that stop an application for the library."""

from kit.errors import Problem


class EntryPending(Problem):
    code = "candidate_entry_pending"
    status = 409
    title_zh = "该企业已有一件入库申请在办"
    title_en = "Another application for this enterprise's entry is open"


class FiguresNotVerifiable(Problem):
    code = "candidate_criteria_unmet"
    status = 409
    title_zh = "按今天的条件不能入库"
    title_en = "By today's criteria it cannot be entered"
