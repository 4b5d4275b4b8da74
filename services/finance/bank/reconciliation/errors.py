"""Facts that stop a reconciliation, each with its stable code."""

from kit.errors import Problem


class BusinessDateNotReached(Problem):
    code = "business_date_not_reached"
    status = 422
    title_zh = "该营业日尚未到来"
    title_en = "That business date has not come yet"


class StatementSuperseded(Problem):
    code = "statement_superseded"
    status = 409
    title_zh = "已有更晚营业日的对账数据"
    title_en = "You have sent figures for a later business date already"


class FormatNotOffered(Problem):
    code = "format_not_offered"
    status = 406
    title_zh = "不提供该格式"
    title_en = "This file comes as application/x-ndjson or text/csv"
