"""Facts that stop a premium subsidy, each with its stable code."""

from kit.errors import Problem


class SubsidyConditionsNotMet(Problem):
    code = "subsidy_conditions_not_met"
    status = 422
    title_zh = "不符合保费补贴的条件"
    title_en = "The conditions of the premium subsidy are not met"


class PremiumAlreadySubsidised(Problem):
    code = "premium_already_subsidised"
    status = 409
    title_zh = "同一保单、险种和保险期间只能申报一次，不论由哪家企业申报"
    title_en = (
        "This cover of this policy and period has been applied for already, by whichever enterprise"
    )


class NoBudgetOfYear(Problem):
    code = "no_budget_of_year"
    status = 409
    title_zh = "本年度的补贴预算尚未设立"
    title_en = "The year has no budget for this subsidy yet"


class YearCapReached(Problem):
    code = "year_cap_reached"
    status = 422
    title_zh = "该企业本年度的保费补贴已达上限"
    title_en = "The enterprise has had the most that a year allows"
