"""What each paper says, as blocks, from a case and its form. Pure: no database, no clock, no PDF.

`Block` kinds: heading, text (indented), plain, rows (a table). ID numbers come in masked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.registration.filings.domicile import PREMISES
from services.registration.filings.establishment.choices import METHODS, POSITIONS
from services.registration.typesetting import chinese_date

Block = dict[str, Any]


@dataclass(frozen=True)
class CaseFacts:
    """What a paper may quote of a case. `form` is masked; `reference` is the case's number."""

    reference: str
    title: str
    authority: str
    form: Mapping[str, Any]
    facts: Mapping[str, Any]
    scope: str
    domicile: str
    day: date
    is_demo: bool
    signatures: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


@dataclass(frozen=True)
class PaperKind:
    """One kind of paper: its title, when it exists, and what it says."""

    code: str
    zh: str
    en: str
    exists: Callable[[CaseFacts], bool]
    blocks: Callable[[CaseFacts], list[Block]]


def _text(text: str) -> Block:
    return {"kind": "text", "text": text}


def _plain(text: str) -> Block:
    return {"kind": "plain", "text": text}


def _heading(text: str) -> Block:
    return {"kind": "heading", "text": text}


def _rows(
    rows: list[list[str]], *, head: Sequence[str] = (), widths: Sequence[int] = (1, 3)
) -> Block:
    return {"kind": "rows", "rows": rows, "head": list(head), "widths": list(widths)}


def yuan(fen: int) -> str:
    """`1,000,000.00 元`."""
    return f"{fen // 100:,}.{fen % 100:02d} 元"


def _term(form: Mapping[str, Any]) -> str:
    years = form.get("term_years")
    return f"{years} 年" if years else "长期"


def _signers(case: CaseFacts) -> list[Block]:
    rows = [
        [s["name"], {"signed": "已签署"}.get(s["status"], "待签署"), s["at"] or ""]
        for s in case.signatures
    ]
    if not rows:
        return []
    return [_heading("签署"), _rows(rows, head=("签署人", "状态", "签署时间"), widths=(2, 1, 2))]


def application(case: CaseFacts) -> list[Block]:
    form = case.form
    head = form["legal_representative"]
    return [
        _heading("基本信息"),
        _rows([
            ["名称", case.title],
            ["住所", case.domicile],
            ["场所使用方式", PREMISES[form["domicile"]["kind"]][0]],
            ["注册资本", yuan(form["registered_capital_fen"])],
            ["经营期限", _term(form)],
            ["经营范围", case.scope],
            ["法定代表人", f"{head['name']}（{head['id_number']}）"],
        ]),
        _heading("股东"),
        _holders(form),
        _heading("董事、经理、监事"),
        _officers(form),
        _heading("备案人员"),
        _rows([
            ["登记联络员", f"{form['liaison']['name']}（{form['liaison']['phone']}）"],
            ["财务负责人", f"{form['finance_officer']['name']}（{form['finance_officer']['phone']}）"],
        ]),
        _text("申请人承诺所填内容和提交的材料真实、合法、有效，并承担相应法律责任。"),
        *_signers(case),
    ]  # fmt: skip


def _holders(form: Mapping[str, Any]) -> Block:
    rows = [
        [s["name"], yuan(s["subscribed_fen"]), METHODS.get(s["method"], (s["method"],))[0],
         s["contributed_by_on"]]
        for s in form["shareholders"]
    ]  # fmt: skip
    head = ("股东", "认缴出资额", "出资方式", "出资日期")
    return _rows(rows, head=head, widths=(3, 3, 2, 2))


def _officers(form: Mapping[str, Any]) -> Block:
    rows = [[o["name"], POSITIONS[o["position"]][0], o["id_number"]] for o in form["officers"]]
    return _rows(rows, head=("姓名", "职务", "身份证号码"), widths=(2, 2, 3))


def articles(case: CaseFacts) -> list[Block]:
    """A short set of articles with the items that 公司法 art. 46 asks of a limited company."""
    form = case.form
    board = [o["name"] for o in form["officers"] if o["position"] in ("chair", "director")]
    chapters: list[tuple[str, list[Block]]] = [
        ("公司名称和住所", [_text(f"公司名称：{case.title}。"), _text(f"公司住所：{case.domicile}。")]),
        ("公司经营范围", [_text(f"{case.scope}。")]),
        ("公司注册资本", [_text(f"公司注册资本为人民币 {yuan(form['registered_capital_fen'])}。")]),
        ("股东及其出资", [_holders(form)]),
        ("公司机构", _bodies(form, board)),
        ("法定代表人", [_text(f"法定代表人由{form['legal_representative']['name']}担任，"
                           "其产生、变更由股东会决定。")]),
        ("其他", [_text(f"公司经营期限：{_term(form)}。"),
                 _text("本章程未规定的事项，依照《中华人民共和国公司法》执行。")]),
    ]  # fmt: skip
    blocks: list[Block] = []
    for number, (name, content) in enumerate(chapters, start=1):
        blocks += [_heading(f"第{'一二三四五六七'[number - 1]}章　{name}"), *content]
    return [*blocks, *_signers(case)]


def _bodies(form: Mapping[str, Any], board: list[str]) -> list[Block]:
    found = [
        _text("股东会由全体股东组成，是公司的权力机构；只有一名股东的，由股东以书面形式作出决定。")
    ]
    if len(board) >= 3:
        found.append(_text(f"公司设董事会，董事为{'、'.join(board)}。"))
    else:
        found.append(_text(f"公司不设董事会，设董事一名，由{'、'.join(board)}担任。"))
    watching = [o["name"] for o in form["officers"] if o["position"] == "supervisor"]
    text = (
        f"公司设监事，由{'、'.join(watching)}担任。"
        if watching
        else "经全体股东一致同意，公司不设监事。"
    )
    return [*found, _text(text)]


def appointments(case: CaseFacts) -> list[Block]:
    return [
        _text(f"{case.title}股东会决定，任命下列人员："),
        _officers(case.form),
        _text(f"由{case.form['legal_representative']['name']}担任公司法定代表人。"),
        *_signers(case),
    ]


def receipt(case: CaseFacts) -> list[Block]:
    return [
        _plain(f"{_applicant(case)}："),
        _text(
            f"你（单位）提交的{case.title}设立登记申请，材料齐全、符合法定形式，现予受理。"
            "本机关将自受理之日起 3 个工作日内作出决定；情形复杂的，经负责人批准可以延长 3 个工作日。"
        ),
    ]


def correction(case: CaseFacts) -> list[Block]:
    notice = case.facts["correction"]
    rows = [[str(n), item["detail"]] for n, item in enumerate(notice["items"], start=1)]
    return [
        _plain(f"{_applicant(case)}："),
        _text(f"经审查，你（单位）的申请需要补正。{notice['reason']}"),
        _rows(rows, head=("序号", "需要补正的内容"), widths=(1, 9)),
        _text("本通知一次性告知全部需要补正的内容。补正后重新提交的，审查期限重新计算。"),
    ]


def refusal(case: CaseFacts) -> list[Block]:
    return [
        _plain(f"{_applicant(case)}："),
        _text(f"经审查，决定不予登记。理由：{case.facts['refusal']}"),
        _text(
            "如不服本决定，可以自收到本通知之日起 60 日内申请行政复议，"
            "或者自收到之日起 6 个月内提起行政诉讼。"
        ),
    ]


def registration(case: CaseFacts) -> list[Block]:
    return [
        _plain(f"{_applicant(case)}："),
        _text(
            f"准予{case.title}设立登记，统一社会信用代码 {case.facts['uscc']}。"
            "电子营业执照与纸质营业执照具有同等法律效力。"
        ),
    ]


def _applicant(case: CaseFacts) -> str:
    return str(case.form["shareholders"][0]["name"])


def _filled(case: CaseFacts) -> bool:
    return bool(case.facts.get("digest"))


PAPERS: tuple[PaperKind, ...] = (
    PaperKind("application", "公司登记（备案）申请书", "Application", _filled, application),
    PaperKind("articles", "公司章程", "Articles of association", _filled, articles),
    PaperKind("appointments", "任职文件", "Appointments", _filled, appointments),
    PaperKind(
        "receipt", "受理通知书", "Receipt",
        lambda case: "receipt_number" in case.facts, receipt,
    ),
    PaperKind(
        "correction", "补正通知书", "Correction notice",
        lambda case: "correction" in case.facts, correction,
    ),
    PaperKind("refusal", "不予登记通知书", "Refusal", lambda case: "refusal" in case.facts, refusal),
    PaperKind(
        "registration", "登记通知书", "Registration notice",
        lambda case: "uscc" in case.facts, registration,
    ),
)  # fmt: skip


def content(kind: PaperKind, case: CaseFacts) -> dict[str, Any]:
    """The JSON that the template sets."""
    digest = str(case.facts.get("digest", ""))
    numbers = {"receipt": case.facts.get("receipt_number", "")}
    return {
        "title": kind.zh,
        "number": numbers.get(kind.code) or case.reference,
        "authority": case.authority,
        "date": chinese_date(case.day),
        "is_demo": case.is_demo,
        "foot": f"一窗　办件编号 {case.reference}"
        + (f"　表单摘要 {digest[:16]}" if digest else ""),
        "blocks": kind.blocks(case),
    }
