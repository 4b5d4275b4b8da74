"""The guide page (办事指南) of any matter, from its description: words, days, picture and table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.window.diagram import Move, Picture, picture
from gateway.window.visit import Visiting
from gateway.window.wording import later

WHO = {
    "applicant": later("申请人"),
    "signatory": later("签名人"),
    "officer": later("经办人"),
    "head": later("部门负责人"),
    "department_officer": later("协同部门经办人"),
    "bank": later("银行"),
    "carrier_operator": later("载体运营方"),
    "administrator": later("管理员"),
    "portal": later("政务门户"),
    "system": later("系统自动"),
    "founder": later("申请人"),
    "operator": later("载体运营方"),
    "expert": later("评审专家"),
    "treasury_officer": later("财政部门经办人"),
    "treasury_head": later("财政部门负责人"),
    "local_officer": later("经办人（市县）"),
    "local_head": later("部门负责人（市县）"),
    "local_treasury_officer": later("财政部门经办人（市县）"),
    "local_treasury_head": later("财政部门负责人（市县）"),
    "provincial_officer": later("省级部门经办人"),
    "provincial_head": later("省级部门负责人"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table beside the picture."""

    number: int
    action: str
    sources: str
    target: str
    who: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A workflow ready to be shown: the picture and the table that says the same."""

    picture: Picture
    rows: tuple[Row, ...]


def who(visit: Visiting, role: str) -> str:
    """A role as readers call it."""
    return visit.say(WHO[role]) if role in WHO else role


def flow_of(visit: Visiting, workflow: Mapping[str, Any]) -> Flow:
    """The picture and rows of `workflow` as `GET …/matters/{code}` gives it."""
    states = [(s["code"], visit.label(s["label"]), bool(s["closed"])) for s in workflow["states"]]
    names = {code: name for code, name, _ in states}
    moves: list[Move] = []
    rows: list[Row] = []
    for number, move in enumerate(workflow["moves"], start=1):
        sources = tuple(move["source"])
        moves.append(Move(number, move["action"], sources, move["target"]))
        said = dict.fromkeys(who(visit, role) for role in move["by"])
        rows.append(
            Row(
                number,
                visit.label(move["label"]),
                "、".join(names.get(s, s) for s in sources)
                if visit.language == "zh-CN"
                else ", ".join(names.get(s, s) for s in sources),
                names.get(move["target"], move["target"]),
                " / ".join(said),
            )
        )
    return Flow(picture(states, moves), tuple(rows))
