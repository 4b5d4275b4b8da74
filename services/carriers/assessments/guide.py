"""The guide texts (办事指南) of the yearly assessment, zh-CN and en."""

from kit.matters import Guide, Material

MATERIALS = (
    Material(
        "report_proof",
        "年度数据证明材料",
        "Proof of the year's numbers",
        required=False,
        hint_zh="入驻名单、活动台账等，PDF 或图片",
        hint_en="Tenants, events and so on; PDF or image",
    ),
)

GUIDE = Guide(
    summary=(
        "已备案载体每年报告一次，由科技部门核查评定等级。",
        "Filed carriers report once a year; the science department checks and grades.",
    ),
    who=(
        "持有效备案、当年 6 月 30 日前备案的载体运营单位（演示）。",
        "Operators whose title stands and was given by 30 June of the year (demonstration value).",
    ),
    result=(
        "优秀、良好、合格或不合格；连续两年不合格取消备案。未报告的，提醒后仍不报按不合格计。",
        "Excellent, good, pass or fail; two failures in a row cost the title. No report after a reminder "
        "counts as a failure.",
    ),
    legal_basis=(
        (
            "国科发火〔2017〕120号：连续 2 次考核不合格取消备案",
            "Guo Ke Fa Huo [2017] No. 120: the title is lost after two failures",
        ),
        ("指标、权重、等级线为演示参数", "Indicators, weights and grades are demonstration values"),
    ),
    steps=(
        (
            "次年 3 月 31 日前提交年度报告（演示）",
            "Report by 31 March of the next year (demonstration value)",
        ),
        ("系统按指标计分，列明每项得分", "Each indicator's points are shown at once"),
        ("科技部门核查，评定等级并公开", "The department checks, grades and publishes the grade"),
    ),
)
