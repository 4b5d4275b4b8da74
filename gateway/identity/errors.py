"""What can go wrong between a person and an account, each with its stable code.

OAuth errors are not here: `/oauth2/...` answers as RFC 6749 says (`oauth_errors.py`).
"""

from kit.errors import Problem


class SignInRefused(Problem):
    """One answer for an unknown name and for a wrong password."""

    code = "sign_in_refused"
    status = 401
    title_zh = "账号或密码不正确"
    title_en = "The username or the password is not right"


class TooManyAttempts(Problem):
    """Too many failures for this name or from this address; `retry_after_s` says how long to wait."""

    code = "too_many_attempts"
    status = 429
    title_zh = "尝试次数过多，请稍后再试"
    title_en = "Too many attempts; try again later"

    def __init__(self, *, retry_after_s: int) -> None:
        minutes = -(-retry_after_s // 60)
        super().__init__(
            detail_zh=f"请在约 {minutes} 分钟后再试。",
            detail_en=f"Try again in about {minutes} minute(s).",
            headers={"Retry-After": str(retry_after_s)},
        )
        self.retry_after_s = retry_after_s


class AccountLocked(Problem):
    """Said only to somebody who knows the password."""

    code = "account_locked"
    status = 403
    title_zh = "账号已被锁定，请联系服务窗口"
    title_en = "The account is locked; please contact the service desk"


class SignUpRefused(Problem):
    code = "sign_up_refused"
    status = 422
    title_zh = "注册信息有误"
    title_en = "The details for the account have errors"


class UsernameTaken(Problem):
    """Said only after the real-name check passed: names cannot be listed without being a person."""

    code = "username_taken"
    status = 409
    title_zh = "该手机号或邮箱已注册"
    title_en = "This phone number or e-mail address already has an account"


class PersonHasAccount(Problem):
    code = "person_has_account"
    status = 409
    title_zh = "该身份证件已注册账号，请直接登录"
    title_en = "This person already has an account; please sign in"


class RealNameMismatch(Problem):
    code = "real_name_mismatch"
    status = 422
    title_zh = "姓名与身份证号码不一致"
    title_en = "The name does not match the resident ID number"


class IdentityBusy(Problem):
    code = "identity_busy"
    status = 503
    title_zh = "登录服务繁忙，请稍后再试"
    title_en = "Sign-in is busy; try again shortly"


class CsrfRefused(Problem):
    code = "csrf_refused"
    status = 403
    title_zh = "页面已过期，请返回刷新后重新提交"
    title_en = "The page is too old; go back, reload it and submit again"


class NoSession(Problem):
    code = "no_session"
    status = 401
    title_zh = "请先登录"
    title_en = "There is no signed-in session"


class AccountStateConflict(Problem):
    code = "account_state_conflict"
    status = 409
    title_zh = "账号当前状态不允许此操作"
    title_en = "The account's present state does not allow this"


class CodeRefused(Problem):
    """Wrong, too old, used, or tried too often: which of these is not told."""

    code = "code_refused"
    status = 422
    title_zh = "验证码不正确或已失效，请核对或重新获取"
    title_en = "The code is wrong or no longer good; check it or ask for a new one"


class ClientTaken(Problem):
    code = "oauth_client_taken"
    status = 409
    title_zh = "该客户端标识已存在"
    title_en = "This client_id is taken"


class KeyTaken(Problem):
    """The program has a key of this name, also one that has ended."""

    code = "key_taken"
    status = 409
    title_zh = "这个应用已有同名密钥，请换一个 kid"
    title_en = "The program has a key of this name; choose another kid"


class LastKey(Problem):
    """Without a key the program could never ask again: stop it instead, or add a key first."""

    code = "last_key"
    status = 409
    title_zh = "这是最后一把可用的密钥；请先添加新密钥，或停用整个应用"
    title_en = "This is the last usable key; add another first, or stop the program"
