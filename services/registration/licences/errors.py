"""Facts that stop something about a licence, each with its stable code."""

from kit.errors import Problem


class LicenceEnded(Problem):
    code = "licence_ended"
    status = 409
    title_zh = "该主体的执照已被吊销或注销，不能再核发"
    title_en = "The entity's licence was revoked or cancelled; no further one is issued"


class LicenceContentDiffers(Problem):
    code = "licence_content_differs"
    status = 409
    title_zh = "该办件已核发内容不同的执照"
    title_en = "This case already issued a licence with other content"


class LicenceNotValid(Problem):
    code = "licence_not_valid"
    status = 409
    title_zh = "执照已失效，不能出示"
    title_en = "The licence no longer stands and cannot be shown"


class LicenceNotPrinted(Problem):
    code = "licence_not_printed"
    status = 409
    title_zh = "执照文件正在生成，请稍后再试"
    title_en = "The licence's file is being made; try again shortly"


class LicenceMoveImpossible(Problem):
    code = "licence_move_impossible"
    status = 409
    title_zh = "执照当前状态不能进行该操作"
    title_en = "The licence's present status does not allow this"


class LicenceKeyExists(Problem):
    code = "licence_key_exists"
    status = 409
    title_zh = "已有待启用的签名密钥"
    title_en = "A next key is already published"


class LicenceKeyNotNext(Problem):
    code = "licence_key_not_next"
    status = 409
    title_zh = "该密钥不是待启用密钥"
    title_en = "Only the next key can be activated"


class LicenceKeyTooFresh(Problem):
    code = "licence_key_too_fresh"
    status = 409
    title_zh = "新密钥公布时间不足，暂不能启用"
    title_en = "The next key has not been published long enough to sign"
