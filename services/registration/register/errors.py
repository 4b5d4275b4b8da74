"""Facts that stop something about the register."""

from kit.errors import Problem


class EntityExists(Problem):
    code = "entity_exists"
    status = 409
    title_zh = "该统一社会信用代码已登记"
    title_en = "An entity with this code is already registered"


class QueryTooShort(Problem):
    code = "query_too_short"
    status = 422
    title_zh = "请输入至少一个汉字或两个字母"
    title_en = "Give at least one character of the name or two letters"


class FeedRestarted(Problem):
    code = "feed_restarted"
    status = 410
    title_zh = "数据库已重建，请从最新快照重新同步"
    title_en = "The database was rebuilt; start again from the latest snapshot"
