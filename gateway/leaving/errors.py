"""What refuses a closing or a copy, each with its stable code."""

from kit.errors import Problem


class StaffAccount(Problem):
    """An office's account is its administrator's to lock; nobody closes it themself."""

    code = "staff_account"
    status = 403
    title_zh = "工作人员账号由管理员停用，不能自行注销"
    title_en = "An office's account is ended by its administrator"


class ClosingBlocked(Problem):
    """Something is still running. `extra.blockers` says what."""

    code = "closing_blocked"
    status = 409
    title_zh = "还有未了结的事项，暂不能注销"
    title_en = "Something is still running; the account cannot be closed yet"


class StandingUnknown(Problem):
    """A service did not say what is running: nothing is closed on a guess."""

    code = "standing_unknown"
    status = 503
    title_zh = "暂时无法核实是否有未了结的事项，请稍后再试"
    title_en = "It cannot be checked now what is still running; try again later"


class AccountClosing(Problem):
    """Said only to somebody who knows the password. `extra.ends_at` says until when it can be taken back."""

    code = "account_closing"
    status = 403
    title_zh = "账号正在注销"
    title_en = "The account is being closed"


class ExportRunning(Problem):
    code = "export_running"
    status = 409
    title_zh = "正在整理您的数据，完成后会通知您"
    title_en = "A copy is being made; you will be told when it is ready"
