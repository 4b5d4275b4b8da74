"""Facts that stop a grant of a hosted address."""

from kit.errors import Problem


class TenancyNotRunning(Problem):
    code = "tenancy_not_running"
    status = 409
    title_zh = "该入驻已不在有效期内"
    title_en = "The tenancy is not running"


class HolderUnknown(Problem):
    code = "holder_unknown"
    status = 422
    title_zh = "申请人未经实名，不能授予地址"
    title_en = "The tenant's person is not known, so nobody can hold the grant"


class NoHostedAddress(Problem):
    code = "no_hosted_address"
    status = 422
    title_zh = "本载体没有可用的托管地址"
    title_en = "This carrier has no open hosted address"


class HostedAddressFull(Problem):
    code = "hosted_address_full"
    status = 409
    title_zh = "该托管地址可登记的企业数已满"
    title_en = "As many firms as this address takes are promised it"


class HostedAddressExists(Problem):
    code = "hosted_address_exists"
    status = 409
    title_zh = "该地址已登记为托管地址"
    title_en = "This address is a hosted address already"


class AddressGrantExists(Problem):
    code = "address_grant_exists"
    status = 409
    title_zh = "该入驻已有有效的地址授权"
    title_en = "The tenancy has a live grant already"


class GrantTermNotAllowed(Problem):
    code = "grant_term_not_allowed"
    status = 422
    title_zh = "授权期限须在今天至入驻到期日之间"
    title_en = "A grant ends between today and the last day of the tenancy"


class GrantLimitExceeded(Problem):
    code = "grant_limit_exceeded"
    status = 422
    title_zh = "超过规定的企业数上限"
    title_en = "More firms than the parameter allows"


class AddressGrantOver(Problem):
    code = "address_grant_over"
    status = 409
    title_zh = "该地址授权已终止或即将终止"
    title_en = "The grant has ended or is about to"
