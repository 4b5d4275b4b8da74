"""Facts that stop an entry, a rating or a reversal."""

from kit.errors import Problem


class ProviderSuspended(Problem):
    code = "provider_suspended"
    status = 422
    title_zh = "该服务机构已暂停或移出，不能登记新的服务"
    title_en = "The provider is suspended or removed: no new entries"


class UnknownProvider(Problem):
    code = "unknown_provider"
    status = 422
    title_zh = "本载体没有这个服务机构"
    title_en = "This carrier has no such provider"


class ProviderExists(Problem):
    code = "provider_exists"
    status = 409
    title_zh = "该服务机构已登记"
    title_en = "This provider is on the list already"


class UnknownTenant(Problem):
    code = "unknown_tenant"
    status = 422
    title_zh = "本载体当时没有这个入驻者"
    title_en = "Nobody of that tenancy was in this carrier on the day"


class ServiceInFuture(Problem):
    code = "service_in_future"
    status = 422
    title_zh = "服务日期不能晚于今天"
    title_en = "The service cannot lie in the future"


class EntryReversed(Problem):
    code = "service_entry_reversed"
    status = 409
    title_zh = "该条记录已冲正，或本身就是冲正"
    title_en = "The entry has been taken back, or takes another back"


class AlreadyRated(Problem):
    code = "already_rated"
    status = 409
    title_zh = "您已评价过这次服务"
    title_en = "This service has been rated already"


class StandingUnchanged(Problem):
    code = "standing_unchanged"
    status = 409
    title_zh = "该服务机构已是此状态"
    title_en = "The provider stands so already"
