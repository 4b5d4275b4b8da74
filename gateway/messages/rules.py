"""Which event concerns whom, and in which words. Pure data and pure functions.

No text holds a name, a number of a person, a reason or an amount: a telephone lies on a table. It says which
case, what is asked, and where to read the rest. Must not look anything up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Template:
    """zh and en with `{reference}`. `outside`: also told by short message and e-mail, since it waits for
    the person or is over."""

    zh: str
    en: str
    outside: bool = True


TEMPLATES: Mapping[str, Template] = {
    "sign_requested": Template(
        "办件 {reference} 等您签署", "Case {reference} waits for your signature"
    ),
    "correction": Template(
        "办件 {reference} 需要补正", "Case {reference} was sent back for correction"
    ),
    "information": Template(
        "办件 {reference} 需要您补充说明", "Case {reference} needs an answer from you"
    ),
    "signing_declined": Template(
        "办件 {reference} 有人没有同意签署", "Somebody did not agree to sign case {reference}"
    ),
    "signing_expired": Template(
        "办件 {reference} 签署期已过，请重新发起",
        "Signing of case {reference} ran out; start it again",
    ),
    "handed_over": Template("办件 {reference} 转交给您办理", "Case {reference} was handed to you"),
    "registered": Template("办件 {reference} 已准予登记", "Case {reference} was registered"),
    "approved": Template("办件 {reference} 已通过", "Case {reference} was approved"),
    "refused": Template("办件 {reference} 未获批准", "Case {reference} was refused"),
    "loan_offer": Template(
        "贷款申请 {reference} 已批准，请查看并签约", "Loan application {reference} was approved"
    ),
    "offer_withdrawn": Template(
        "贷款申请 {reference} 的批准已撤回", "The offer for {reference} was withdrawn"
    ),
    "tenancy_offer": Template(
        "入驻申请 {reference} 已安排工位，请确认",
        "A seat is offered for {reference}; please answer",
    ),
    "ended": Template(
        "办件 {reference} 因超过期限已结束", "Case {reference} ended because its time ran out"
    ),
    "tenancy_ended": Template("入驻 {reference} 已终止", "The tenancy {reference} was ended"),
    "graduation": Template(
        "入驻 {reference} 的毕业事项有结果", "There is a result for the graduation of {reference}"
    ),
    "publicised": Template(
        "办件 {reference} 已公示", "Case {reference} is published", outside=False
    ),
    "paid": Template("办件 {reference} 已拨付", "Case {reference} was paid"),
    "objection_answered": Template(
        "办件 {reference} 的异议已答复", "The objection to {reference} was answered"
    ),
    "extended": Template(
        "办件 {reference} 的审查已延期", "The review of {reference} takes longer", outside=False
    ),
    "accepted": Template("办件 {reference} 已受理", "Case {reference} was accepted", outside=False),
    "due_soon": Template(
        "办件 {reference} 最晚 {day} 要办，请尽快办理",
        "Case {reference} has to be answered by {day}",
    ),
    "instalment_due": Template(
        "贷款 {reference} 有一期 {day} 到期", "Loan {reference} has an instalment due on {day}"
    ),
    "loan_overdue": Template("贷款 {reference} 有逾期未还款项", "Loan {reference} is overdue"),
    "loan_defaulted": Template("贷款 {reference} 已违约", "Loan {reference} is in default"),
    "loan_contracted": Template("贷款 {reference} 已签约", "Loan {reference} was signed"),
    "name_lapsed": Template(
        "名称 {reference} 的保留期已过", "The reservation of name {reference} ran out"
    ),
    "password_changed": Template(
        "您的密码已更改。如非本人操作，请立即联系窗口",
        "Your password was changed. If that was not you, contact the office at once",
    ),
    "email_added": Template(
        "您的账号添加了电子邮箱。如非本人操作，请立即联系窗口",
        "An e-mail address was added to your account. If that was not you, contact the office at once",
    ),
    "contact_changed": Template(
        "您的登录手机号或邮箱已更改。如非本人操作，请立即联系窗口",
        "Your sign-in phone or e-mail was changed. If that was not you, contact the office at once",
    ),
    "closing_asked": Template(
        "您的账号将于 {day} 注销，在此之前登录即可撤回。如非本人操作，请立即登录或联系窗口",
        "Your account will be closed on {day}; sign in before that to keep it."
        " If that was not you, sign in or contact the office at once",
    ),
    "closing_tomorrow": Template(
        "您的账号明天注销，今天登录仍可撤回",
        "Your account will be closed tomorrow; sign in today to keep it",
    ),
    "closing_waits": Template(
        "您的账号到期未能注销：还有未了结的事项，了结后自动注销。登录可以查看或撤回",
        "Your account could not be closed yet: something is still running. Sign in to see what or to keep it",
    ),
    "closing_withdrawn": Template(
        "账号注销已撤回，账号照常使用", "The closing was taken back; the account stays"
    ),
    "closed": Template(
        "您的账号已注销，个人信息已删除", "Your account is closed and your data erased"
    ),
    "export_ready": Template(
        "您要的个人数据副本已备好，{day} 前可以下载",
        "The copy of your data is ready; fetch it before {day}",
    ),
    "export_failed": Template(
        "个人数据副本这次没有做成，请重新申请",
        "The copy of your data could not be made; please ask again",
    ),
}

_MOVES: Mapping[str, str] = {
    "request_correction": "correction",
    "request_information": "information",
    "expire_signing": "signing_expired",
    "refuse": "refused",
    "reject": "refused",
    "withdraw_offer": "offer_withdrawn",
    "admit": "tenancy_offer",
    "lapse": "ended",
    "expire": "ended",
    "terminate": "tenancy_ended",
    "return_graduation": "graduation",
    "confirm_graduation": "graduation",
    "graduate": "graduation",
    "publicise": "publicised",
    "pay": "paid",
    "claw_back": "refused",
    "remove": "refused",
    "extend_review": "extended",
    "accept": "accepted",
    "answer_objection": "objection_answered",
    "enter": "approved",
    "recognise": "approved",
    "hand_over": "handed_over",
    "grade": "approved",
}
"""A move that somebody else made, by its action. What is not here is one's own doing or nobody's news."""
LOAN = "loan-application"
"""Whose approval is an offer to be signed; any other approval needs nobody's signature."""
_DECLINED = {"registration": "signing_declined", "finance": "refused"}
_APPROVED = {"registered": "registered", "accepted": "registered"}
_OTHERS: Mapping[str, tuple[str, str]] = {
    "registration.signature.requested.v1": ("sign_requested", "/cases/{case_id}/sign"),
    "registration.name.lapsed.v1": ("name_lapsed", "/names"),
    "finance.loan.reminded.v1": ("instalment_due", "/loans/{loan_id}"),
    "finance.loan.overdue.v1": ("loan_overdue", "/loans/{loan_id}"),
    "finance.loan.defaulted.v1": ("loan_defaulted", "/loans/{loan_id}"),
    "finance.loan.contracted.v1": ("loan_contracted", "/loans/{loan_id}"),
}


def told_by(type_: str, data: Mapping[str, Any]) -> tuple[str, str] | None:
    """The template and the page for an event; None where it is no news to a person."""
    if type_ in _OTHERS:
        template, href = _OTHERS[type_]
        return template, href.format_map(data)
    service, _, rest = type_.partition(".")
    if rest == "case.reminded.v1":
        return "due_soon", f"/cases/{data['case_id']}"
    if rest != "case.moved.v1":
        return None
    found = _template_of_move(
        service, str(data["matter"]), action=str(data["action"]), target=str(data["target"])
    )
    return (found, f"/cases/{data['case_id']}") if found else None


def _template_of_move(service: str, matter: str, *, action: str, target: str) -> str | None:
    if action == "decline":
        return _DECLINED.get(service)
    if action == "approve":
        if target in _APPROVED:
            return _APPROVED[target]
        return "loan_offer" if matter == LOAN and target == "approved" else "approved"
    return _MOVES.get(action)


def concerned(readers: Iterable[str]) -> tuple[list[UUID], list[str]]:
    """Accounts and persons (keyed hashes) among an event's readers. Offices have their queues, banks their
    webhooks and inbox."""
    accounts, persons = [], []
    for reader in readers:
        kind, _, rest = reader.partition(":")
        if kind == "person":
            persons.append(rest)
        elif kind == "sub":
            try:
                accounts.append(UUID(rest))
            except ValueError:
                continue  # a program's own name
    return accounts, persons


def wording(template: str, values: Mapping[str, Any], *, english: bool) -> str:
    """The message's one sentence."""
    found = TEMPLATES[template]
    return (found.en if english else found.zh).format_map({"reference": "", "day": "", **values})


def outside_text(template: str, values: Mapping[str, Any], *, url: str) -> str:
    """What a short message says: the sentence in both languages and where to read on."""
    zh, en = (wording(template, values, english=english) for english in (False, True))
    return f"【一窗】{zh}。{en}. {url}"


def code_text(code: str, *, minutes: int) -> str:
    return (
        f"【一窗】验证码 {code}，{minutes} 分钟内有效。工作人员不会向您索要验证码。"
        f"Your code is {code}; it is good for {minutes} minutes. Nobody of ours will ask you for it."
    )
