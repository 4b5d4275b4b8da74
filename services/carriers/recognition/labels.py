"""What the codes of recognition mean, in both languages. Words only; rules.py decides."""

from kit.codelists import CodeList

CODE_LISTS = (
    CodeList(
        "recognition_findings",
        {
            "carrier_not_yours": ("该载体不由本单位运营", "You do not operate this carrier"),
            "not_a_maker_space": ("该载体不是众创空间", "This carrier is not a maker space"),
            "more_than_the_whole": ("不能多于入驻总数", "More than all tenants"),
            "stand_aside_instead": (
                "有利害关系的请申请回避",
                "Stand aside if you have an interest in the applicant",
            ),
        },
    ),
    CodeList("title_kinds", {"maker_space_filing": ("众创空间备案", "Maker space filing")}),
    CodeList(
        "title_statuses",
        {
            "valid": ("有效", "Valid"),
            "expired": ("已到期", "Expired"),
            "revoked": ("已取消", "Revoked"),
            "exited": ("已退出", "Given up"),
        },
    ),
    CodeList(
        "title_end_reasons",
        {
            "expired": ("有效期满", "Its term was over"),
            "exited": ("主动退出", "Given up by its holder"),
            "two_failed_assessments": (
                "连续两次考核不合格",
                "Two failed assessments in a row",
            ),
            "revoked": ("取消备案", "Revoked"),
        },
    ),
)
