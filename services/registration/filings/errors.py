"""Facts that stop a filing."""

from kit.errors import Problem


class SignedDigestDiffers(Problem):
    code = "signed_digest_differs"
    status = 409
    title_zh = "表单内容已变化，请重新核对后签署"
    title_en = "The form is not the one that you were shown; read it again before you sign"


class NothingToSign(Problem):
    code = "nothing_to_sign"
    status = 409
    title_zh = "没有待您签署的内容"
    title_en = "There is nothing here that waits for your signature"


class AgreementRequired(Problem):
    code = "agreement_required"
    status = 422
    title_zh = "请先确认同意声明"
    title_en = "Agree to the declaration to sign"


class RemindedToday(Problem):
    code = "reminded_today"
    status = 409
    title_zh = "今天已提醒过"
    title_en = "The signers were reminded today already"


class RulesNotMet(Problem):
    code = "rules_not_met"
    status = 409
    title_zh = "尚有不符合登记条件的事项，不能准予登记"
    title_en = "The filing breaks a rule now, so it cannot be registered"


class PeopleNotChecked(Problem):
    code = "people_not_checked"
    status = 409
    title_zh = "实名核验尚未完成"
    title_en = "The real-name check has not been answered yet"


class PeopleMismatch(Problem):
    code = "people_mismatch"
    status = 409
    title_zh = "实名核验不一致，不能准予登记"
    title_en = "The real-name check does not match, so it cannot be registered"
