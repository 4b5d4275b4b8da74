"""Facts that stop a change of address."""

from kit.errors import Problem


class ChangePending(Problem):
    code = "change_pending"
    status = 409
    title_zh = "该企业已有正在办理的住所变更"
    title_en = "A change of this company's address is under way already"
