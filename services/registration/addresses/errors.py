"""Facts that stop the use of a grant."""

from kit.errors import Problem


class AddressGrantUsedUp(Problem):
    code = "address_grant_used_up"
    status = 409
    title_zh = "该地址授权已不能再用：已用完、已终止或不在有效期"
    title_en = "The grant cannot be used any more: used up, ended or out of its time"
