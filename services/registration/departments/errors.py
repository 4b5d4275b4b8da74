"""Facts that can go wrong between us, the departments and their officers."""

from kit.errors import Problem


class CallbackNotSigned(Problem):
    """A callback without a fresh signature by the departments' key."""

    code = "callback_not_signed"
    status = 401
    title_zh = "回调签名无效或已过期"
    title_en = "The callback is not signed with the departments' key, or too old"


class CallbackUnreadable(Problem):
    """A signed callback whose body is no filing."""

    code = "callback_unreadable"
    status = 422
    title_zh = "回调内容无法识别"
    title_en = "The callback's body is not a filing"


class TaskNotOpen(Problem):
    """A person may only act on a task that is waiting for a person."""

    code = "task_not_open"
    status = 409
    title_zh = "该事项当前无需人工处理"
    title_en = "This task is not waiting for a person"
