"""Facts that stop an allocation."""

from kit.errors import Problem


class WorkstationTaken(Problem):
    code = "workstation_taken"
    status = 409
    title_zh = "该工位在所选期间已有人"
    title_en = "Somebody has this workstation during the period"


class UnknownWorkstation(Problem):
    code = "unknown_workstation"
    status = 422
    title_zh = "本载体没有这个工位，或该工位已停用"
    title_en = "This carrier has no such workstation, or it is closed"


class WorkstationExists(Problem):
    code = "workstation_exists"
    status = 409
    title_zh = "该工位编号已存在"
    title_en = "This carrier has a workstation with that number already"
