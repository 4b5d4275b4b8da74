"""What the rules' codes mean, in both languages: the lists `establishment_findings` and
`establishment_judgements` of GET /codes. Words only; rules.py decides."""

from kit.codelists import CodeList

FINDINGS = {
    "name_not_reserved": ("所选名称没有保留，或不归您", "The name is not reserved, or not by you"),
    "name_reservation_expired": (
        "名称保留期已过，请重新申报",
        "The reservation has ended; declare the name anew",
    ),
    "name_form_differs": ("名称的组织形式与本事项不符", "The name is of another form of business"),
    "industry_unknown": ("没有这个行业代码", "There is no such industry code"),
    "scope_item_repeated": ("经营范围有重复条目", "The scope names an item twice"),
    "scope_item_unknown": ("没有这个经营范围条目", "There is no such scope item"),
    "scope_item_banned": ("该条目禁止准入", "This item is on the list of what is banned"),
    "pre_approval_missing": (
        "该条目须先取得批准，请填写批准文件",
        "This item needs an approval first; enter its document",
    ),
    "approval_for_nothing": (
        "批准文件对应的条目不在经营范围内",
        "The approval is for an item that the scope does not have",
    ),
    "date_in_future": ("日期不能晚于今天", "The date cannot be in the future"),
    "approval_expired": ("批准文件已过有效期", "The approval has expired"),
    "approval_too_old": (
        "未载明期限的批准文件须在 90 日内",
        "An approval without an end may be 90 days old at most",
    ),
    "name_characters": (
        "姓名含有不能出现的字符",
        "The name has characters that no name has",
    ),
    "name_length": ("请填写证件上的完整姓名", "Enter the whole name"),
    "region_unknown": ("没有这个行政区划", "There is no such region"),
    "region_not_served": (
        "该地区的登记不在本平台办理",
        "This platform does not register firms in that region",
    ),
    "address_outside_name_region": (
        "住所不在名称登记机关的辖区内",
        "The address lies outside the area in which the name is kept",
    ),
    "area_too_small": ("面积低于每户最低要求", "The area is below the least for one firm"),
    "hosted_address_for_pre_approval": (
        "含前置许可条目的企业不能使用集群注册地址",
        "A scope that needs approval first cannot use a hosted address",
    ),
    "address_grant_not_yours": (
        "没有这个地址授权，或不是授予申请人或股东的",
        "There is no such grant, or neither the applicant nor a shareholder holds it",
    ),
    "address_grant_over": (
        "该地址授权已终止或不在有效期",
        "The grant has ended or is out of its time",
    ),
    "address_grant_used_up": (
        "该地址授权可登记的企业数已用完",
        "As many firms as the grant allows are registered by it",
    ),
    "address_grant_needs_hosted": (
        "使用地址授权的，场所使用方式须选托管",
        "With a grant the address is hosted",
    ),
    "address_differs_from_grant": (
        "住所须与地址授权一致",
        "The address must be the one that was granted",
    ),
    "contributions_do_not_add_up": (
        "各股东认缴出资之和须等于注册资本",
        "The subscribed amounts must add up to the registered capital",
    ),
    "contribution_too_late": (
        "出资日期须在成立之日起五年内",
        "It must be paid in within five years of founding",
    ),
    "contribution_method_banned": (
        "不得以劳务、信用、自然人姓名、商誉、特许经营权或设定担保的财产出资",
        "Labour, credit, a person's name, goodwill, a franchise or pledged property cannot be contributed",
    ),
    "uscc_required": (
        "企业股东须填统一社会信用代码",
        "A company as shareholder needs its unified social credit code",
    ),
    "uscc_invalid": ("统一社会信用代码不正确", "The unified social credit code is not right"),
    "shareholder_must_sign": (
        "自然人股东须由本人签署",
        "A person who is a shareholder signs in person",
    ),
    "shareholder_repeated": ("同一股东填写了两次", "A shareholder is listed twice"),
    "director_required": ("至少须有一名董事", "There must be at least one director"),
    "board_of_two": (
        "董事会成员须为三人以上；规模较小的可只设一名董事",
        "A board has three members or more; a small company may have one director",
    ),
    "one_chair_required": ("设董事会的须有且只有一名董事长", "A board has exactly one chair"),
    "supervisor_waived_but_named": (
        "已选择不设监事，但又填了监事",
        "You chose to have no supervisor but named one",
    ),
    "supervisor_required": (
        "须有监事，或经全体股东同意不设",
        "Name a supervisor, or let all shareholders agree to have none",
    ),
    "supervisor_in_command": (
        "董事、经理不得兼任监事",
        "A director or manager cannot be a supervisor",
    ),
    "legal_representative_not_in_command": (
        "法定代表人须由董事或者经理担任",
        "The legal representative must be a director or the manager",
    ),
    "position_repeated": (
        "同一人同一职务填写了两次",
        "The same person holds the same position twice",
    ),
    "one_number_two_names": ("同一证件号码对应了两个姓名", "One ID number stands with two names"),
    "person_barred_from_office": (
        "该人员依法不得担任此职务",
        "The law bars this person from the office",
    ),
    "shares_over_100_percent": (
        "受益所有人持股比例之和超过 100%",
        "The shares of the beneficial owners exceed 100 %",
    ),
    "material_missing": ("还缺少应当提交的材料", "A document that is needed is missing"),
}
JUDGEMENTS = {
    "similar_name_promised": (
        "名称有近似，申请人已承诺",
        "Similar names exist and the applicant has promised",
    ),
    "name_to_judge": (
        "名称中的字词或者所凭的核准文件待核实",
        "A word of the name, or the approval it rests on, has to be looked at",
    ),
    "pre_approval_to_check": (
        "前置审批文件待核对",
        "An approval before the licence has to be checked",
    ),
    "negative_list_item": (
        "涉及负面清单须许可的条目",
        "An item of the negative list needs approval",
    ),
    "shared_address": ("共用或托管地址", "The address is shared or hosted"),
    "corporate_shareholder": ("有企业股东", "A shareholder is a company"),
    "uscc_to_check": (
        "企业股东的代码校验不符，请与其营业执照核对",
        "The code of a corporate shareholder fails its check: compare it with that company's licence",
    ),
    "contribution_to_value": (
        "有非货币出资，须看作价",
        "A contribution other than money has to be valued",
    ),
    "minor": ("有未满十八周岁的人员", "A person is under eighteen"),
}
CODE_LISTS = (
    CodeList("establishment_findings", FINDINGS),
    CodeList("establishment_judgements", JUDGEMENTS),
)
