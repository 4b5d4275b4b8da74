"""What the codes of the assessment mean, in both languages."""

from kit.codelists import CodeList

CODE_LISTS = (
    CodeList(
        "assessment_grades",
        {
            "excellent": ("优秀", "Excellent"),
            "good": ("良好", "Good"),
            "pass": ("合格", "Pass"),
            "fail": ("不合格", "Fail"),
        },
    ),
    CodeList(
        "assessment_states",
        {
            "due": ("待报告", "Report due"),
            "reminded": ("已提醒", "Reminded"),
            "reported": ("已报告", "Reported"),
            "graded": ("已评定", "Graded"),
            "missing": ("未报告", "Not reported"),
        },
    ),
    CodeList(
        "assessment_findings",
        {"year_not_over": ("该年度尚未结束", "The year is not over yet")},
    ),
    CodeList(
        "indicator_groups",
        {
            "services": ("服务能力", "Services"),
            "results": ("孵化绩效", "Results"),
            "sustainability": ("可持续发展", "Sustainability"),
            "bonus": ("加分项", "Bonus"),
        },
    ),
)
