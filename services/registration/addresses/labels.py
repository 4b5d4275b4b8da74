"""The codes of hosted addresses and their labels, for GET /codes."""

from kit.codelists import CodeList

CODE_LISTS = (
    CodeList(
        "address_statuses",
        {
            "own": ("自有、租赁或共用", "Owned, leased or shared"),
            "hosted": ("托管地址（集群注册）", "Hosted by a carrier"),
            "lapsed": ("托管已终止，待变更住所", "Hosting is over; another address is due"),
        },
    ),
    CodeList(
        "hosted_address_states",
        {
            "current": ("有效", "Current"),
            "closing": ("即将终止", "About to end"),
            "lapsed": ("已终止，待变更住所", "Over; another address is due"),
        },
    ),
    CodeList(
        "address_end_reasons",
        {
            "left": ("已迁出载体", "Left the carrier"),
            "graduated": ("已毕业", "Graduated"),
            "tenancy_expired": ("入驻期满", "The tenancy expired"),
            "terminated": ("被载体清退", "Ended by the carrier"),
            "expired": ("授权期满", "The grant expired"),
            "revoked": ("授权被收回", "Revoked"),
        },
    ),
)
