"""What the founders of a company sign: application, articles, appointments, promise."""

from collections.abc import Mapping
from typing import Any

from kit.matters import CaseContext
from services.registration.filings.domicile import PREMISES
from services.registration.filings.establishment import registering
from services.registration.filings.establishment.choices import METHODS, POSITIONS
from services.registration.filings.establishment.form import EstablishmentForm
from services.registration.filings.notices import Occasion
from services.registration.filings.printing import domicile_text
from services.registration.papers.blocks import Block, Draft, heading, rows, text, yuan

ACT = "设立登记"


def occasion(context: CaseContext) -> Occasion:
    """The first shareholder stands for those who apply."""
    return Occasion(str(context.case.form["shareholders"][0]["name"]), context.case.title, ACT)


def to_sign(context: CaseContext) -> list[Draft]:
    """In the order in which they are read. Raises ValidationError while the form is not complete."""
    form = EstablishmentForm.model_validate(context.sealer.open(context.case.form))
    masked = context.sealer.mask(context.case.form)
    name, day = context.case.title, context.today
    scope, seat = registering.scope_text(form), domicile_text(form.domicile, day)
    return [
        Draft(
            "application",
            "公司登记（备案）申请书",
            "Application",
            _application(masked, name=name, seat=seat, scope=scope),
            to_sign=True,
        ),
        Draft(
            "articles",
            "公司章程",
            "Articles of association",
            _articles(masked, name=name, seat=seat, scope=scope),
            to_sign=True,
        ),
        Draft(
            "appointments", "任职文件", "Appointments", _appointments(masked, name), to_sign=True
        ),
        Draft("promise", "申请人承诺书", "Promise", _promise(context, name), to_sign=True),
    ]


def _term(form: Mapping[str, Any]) -> str:
    years = form.get("term_years")
    return f"{years} 年" if years else "长期"


def _application(form: Mapping[str, Any], *, name: str, seat: str, scope: str) -> list[Block]:
    head = form["legal_representative"]
    return [
        heading("基本信息"),
        rows([
            ["名称", name],
            ["住所", seat],
            ["场所使用方式", PREMISES[form["domicile"]["kind"]][0]],
            ["注册资本", yuan(form["registered_capital_fen"])],
            ["经营期限", _term(form)],
            ["经营范围", scope],
            ["法定代表人", f"{head['name']}（{head['id_number']}）"],
        ]),
        heading("股东"),
        _holders(form),
        heading("董事、经理、监事"),
        _officers(form),
        heading("备案人员"),
        rows([
            ["登记联络员", f"{form['liaison']['name']}（{form['liaison']['phone']}）"],
            ["财务负责人", f"{form['finance_officer']['name']}（{form['finance_officer']['phone']}）"],
        ]),
        text("申请人承诺所填内容和提交的材料真实、合法、有效，并承担相应法律责任。"),
    ]  # fmt: skip


def _holders(form: Mapping[str, Any]) -> Block:
    cells = [
        [s["name"], yuan(s["subscribed_fen"]), METHODS.get(s["method"], (s["method"],))[0],
         s["contributed_by_on"]]
        for s in form["shareholders"]
    ]  # fmt: skip
    head = ("股东", "认缴出资额", "出资方式", "出资日期")
    return rows(cells, head=head, widths=(3, 3, 2, 2))


def _officers(form: Mapping[str, Any]) -> Block:
    cells = [[o["name"], POSITIONS[o["position"]][0], o["id_number"]] for o in form["officers"]]
    return rows(cells, head=("姓名", "职务", "身份证号码"), widths=(2, 2, 3))


def _articles(form: Mapping[str, Any], *, name: str, seat: str, scope: str) -> list[Block]:
    """A short set of articles with the items that 公司法 art. 46 asks of a limited company."""
    head = form["legal_representative"]["name"]
    chapters: list[tuple[str, list[Block]]] = [
        ("公司名称和住所", [text(f"公司名称：{name}。"), text(f"公司住所：{seat}。")]),
        ("公司经营范围", [text(f"{scope}。")]),
        ("公司注册资本", [text(f"公司注册资本为人民币 {yuan(form['registered_capital_fen'])}。")]),
        ("股东及其出资", [_holders(form)]),
        ("公司机构", _bodies(form)),
        ("法定代表人", [text(f"法定代表人由{head}担任，其产生、变更由股东会决定。")]),
        ("其他", [text(f"公司经营期限：{_term(form)}。"),
                 text("本章程未规定的事项，依照《中华人民共和国公司法》执行。")]),
    ]  # fmt: skip
    blocks: list[Block] = []
    for number, (title, content) in enumerate(chapters):
        blocks += [heading(f"第{'一二三四五六七'[number]}章　{title}"), *content]
    return blocks


def _bodies(form: Mapping[str, Any]) -> list[Block]:
    board = [o["name"] for o in form["officers"] if o["position"] in ("chair", "director")]
    found = [
        text("股东会由全体股东组成，是公司的权力机构；只有一名股东的，由股东以书面形式作出决定。")
    ]
    if len(board) >= 3:
        found.append(text(f"公司设董事会，董事为{'、'.join(board)}。"))
    else:
        found.append(text(f"公司不设董事会，设董事一名，由{'、'.join(board)}担任。"))
    watching = [o["name"] for o in form["officers"] if o["position"] == "supervisor"]
    said = (
        f"公司设监事，由{'、'.join(watching)}担任。"
        if watching
        else "经全体股东一致同意，公司不设监事。"
    )
    return [*found, text(said)]


def _appointments(form: Mapping[str, Any], name: str) -> list[Block]:
    return [
        text(f"{name}股东会决定，任命下列人员："),
        _officers(form),
        text(f"由{form['legal_representative']['name']}担任公司法定代表人。"),
    ]


def _promise(context: CaseContext, name: str) -> list[Block]:
    """What the declaration means, point by point (条例 arts. 12, 13, 17)."""
    return [
        text(f"为申请{name}{ACT}，全体签署人承诺："),
        text(context.matter.declaration[0]),
        text(
            "一、提交的材料和填报的信息真实、合法、有效，对其真实性、合法性和有效性负责（条例第十七条）。"
        ),
        text("二、法定代表人、董事、监事、经理不存在依法不得担任职务的情形（条例第十二条）。"),
        text(
            "三、认缴的出资以货币或者依法可以转让的财产缴付，并按章程记载的期限缴足（条例第十三条）。"
        ),
        text("四、住所可以合法使用；经营范围中须经批准的项目，取得批准后再经营。"),
    ]
