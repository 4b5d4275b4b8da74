"""What the codes of a change of address mean, in both languages; those that it shares with the establishment
stand there. Words only; rules.py decides."""

from kit.codelists import CodeList

CODE_LISTS = (
    CodeList(
        "change_of_domicile_findings",
        {
            "company_not_yours": (
                "没有这家企业，或您不是它的法定代表人",
                "There is no such company, or you are not its legal representative",
            ),
            "company_not_active": (
                "该企业已不在存续状态，不能变更住所",
                "The company is not active any more and cannot move",
            ),
            "company_without_licence": (
                "该企业没有有效的电子营业执照",
                "The company has no licence in force",
            ),
            "address_unchanged": (
                "新住所与登记的住所相同",
                "The new address is the one that is registered",
            ),
        },
    ),
    CodeList(
        "change_of_domicile_judgements",
        {
            "applied_late": (
                "距作出决定已超过 30 日",
                "More than 30 days have passed since the decision",
            ),
            "licensed_scope_at_hosted_address": (
                "经营范围含许可项目，拟用托管地址",
                "The scope has licensed items and the address is hosted",
            ),
        },
    ),
)
