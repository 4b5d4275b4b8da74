"""What can be refused in the feed and about webhook endpoints.

Problem
├── OrganisationRequired 403      ├── ReceiverAddressRefused 422
├── EventsNoLongerKept 410        ├── TooManyEndpoints 409
├── TooManyStreams 429            ├── TooManySecrets 409
└── EndpointDisabled 409          └── EndpointStateConflict 409
"""

from kit.errors import Problem


class OrganisationRequired(Problem):
    code = "organisation_required"
    status = 403
    title_zh = "仅以机构身份可以使用"
    title_en = "Only who acts for an organisation has webhook endpoints"


class EventsNoLongerKept(Problem):
    code = "events_no_longer_kept"
    status = 410
    title_zh = "所请求位置的事件已超过保存期，请重新同步后从头读取"
    title_en = (
        "Events after this cursor are no longer kept: read the resources anew, then follow again"
    )


class TooManyStreams(Problem):
    code = "too_many_streams"
    status = 429
    title_zh = "同时打开的事件连接过多"
    title_en = "Too many event connections are open for this caller"


class ReceiverAddressRefused(Problem):
    code = "receiver_address_refused"
    status = 422
    title_zh = "不能向该地址推送"
    title_en = "Webhooks are not sent to this address"


class TooManyEndpoints(Problem):
    code = "too_many_endpoints"
    status = 409
    title_zh = "推送地址数量已达上限"
    title_en = "The organisation has as many endpoints as it may"


class TooManySecrets(Problem):
    code = "too_many_secrets"
    status = 409
    title_zh = "仍有多个旧密钥未失效，请稍后再轮换"
    title_en = "Too many earlier secrets still sign; rotate with overlap_hours 0 or wait"


class EndpointDisabled(Problem):
    code = "webhook_endpoint_disabled"
    status = 409
    title_zh = "推送地址已停用"
    title_en = "The endpoint is disabled; enable it first"


class EndpointStateConflict(Problem):
    code = "webhook_endpoint_state"
    status = 409
    title_zh = "推送地址当前状态不能这样操作"
    title_en = "The endpoint is already in that state"
