"""Facts that stop a rehearsal."""

from kit.errors import Problem


class ScenarioNotPlayable(Problem):
    code = "scenario_not_playable"
    status = 422
    title_zh = "您所在银行今天没有可演练的产品"
    title_en = "Your bank offers no product today that this can be rehearsed with"
