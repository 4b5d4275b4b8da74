"""The codes of premium subsidies and what they mean, in both languages. Words only; rules.py decides."""

from kit.codelists import CodeList

COVERAGES = {
    "product_liability": ("产品责任保险", "Product liability"),
    "quality_guarantee": ("产品质量保证保险", "Product quality guarantee"),
    "small_loan_guarantee": ("小额贷款保证保险", "Small-loan guarantee"),
    "rd_liability": ("产品研发责任保险", "Research and development liability"),
    "key_rd_equipment": ("关键研发设备保险", "Key research equipment"),
    "personnel": ("高管人员和关键研发人员保险", "Key personnel"),
    "directors_officers": ("董事、高管责任保险", "Directors' and officers' liability"),
}
LEVELS = {
    "nation": ("国家级", "National"),
    "province": ("省级", "Provincial"),
    "city": ("市级", "City"),
    "county": ("区县级", "District or county"),
}
FINDINGS = {
    "material_missing": ("请上传全部必交材料", "Upload every required document"),
    "not_your_enterprise": (
        "只能由该企业的法定代表人为本企业申报",
        "Only the enterprise's own legal representative may apply for it",
    ),
    "policy_number_unreadable": (
        "保险单号只能由英文字母、数字、“字第号”和 - / . ( ) 组成",
        "A policy number has only letters A–Z, digits, 字 第 号 and - / . ( )",
    ),
    "policy_number_too_short": (
        "保险单号至少有四个字母或数字",
        "A policy number has at least four letters or digits",
    ),
    "period_reversed": ("保险期间的止期须晚于起期", "The cover must end after it begins"),
    "period_too_long": ("单份保单的保险期间不超过规定年限", "The cover runs longer than allowed"),
    "premium_paid_in_future": ("缴费日期不能晚于今天", "The premium cannot be paid in the future"),
    "claimed_too_late": (
        "已超过缴费后的申报期限",
        "The time to apply after paying the premium has passed",
    ),
    "coverage_not_subsidised": (
        "该险种在缴费当日不在补贴范围内",
        "This kind of cover was not subsidised on the day of payment",
    ),
    "subsidies_exceed_premium": (
        "各级补贴合计已达到所缴保费的上限",
        "The subsidies of all levels already reach the limit of the premium paid",
    ),
    "premium_too_small": ("补贴金额不足 1 分", "The subsidy would be less than one fen"),
    "accepted_exceeds_paid": (
        "核定保费不能高于申报的已缴保费",
        "The accepted premium cannot be more than the premium paid",
    ),
}
PARAMETERS = {
    "rate": ("补贴比例", "Rate of subsidy"),
    "year_cap": ("每户企业每年上限", "Most per enterprise and year"),
    "total_share": ("各级补贴合计占保费比例上限", "Most of the premium that all levels may pay"),
    "claim_months": ("缴费后申报期限", "Time to apply after paying"),
    "period_months": ("保险期间上限", "Longest cover"),
}

CODE_LISTS = (
    CodeList("insurance_coverages", COVERAGES),
    CodeList("subsidy_levels", LEVELS),
    CodeList("premium_subsidy_findings", FINDINGS),
    CodeList("subsidy_parameters", PARAMETERS),
)
