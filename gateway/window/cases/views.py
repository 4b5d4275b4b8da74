"""A case and its matter, read together for a page: labels, next actions, timeline. Decides nothing."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gateway.window.fields.shapes import Field, Page, field_of, pages_of
from gateway.window.fields.widgets import Drawing, Widget, widgets
from gateway.window.matters import SOURCES, matter_of
from gateway.window.services import Answer, Refusal, Service
from gateway.window.start.guide import who
from gateway.window.visit import Visiting
from gateway.window.wording import later

EXPAND = "timeline,deadlines,signatures,tasks,licence,documents,difference,papers,borrower"
OWN = {
    "create": later("开始填写"),
    "object": later("对公示提出异议"),
    "objection_upheld": later("异议成立"),
    "objection_dismissed": later("异议不成立"),
    "take_over": later("接手办理"),
    "hand_over": later("转交办理"),
    "give_back": later("退回待分"),
}
"""What every case's timeline may hold besides the matter's own moves."""
DESK = ("take_over", "hand_over", "give_back")


@dataclass(frozen=True, slots=True)
class Offered:
    """One thing that this reader may do now. `hands_over`: afterwards the form is out of their hands;
    `signing`: an assent to one digest of the form; `marks`: answers are marked on a page of its own;
    `ends`: it closes the case."""

    action: str
    label: str
    fields: tuple[Field, ...]
    widgets: tuple[Widget, ...]
    signing: bool
    hands_over: bool
    marks: bool = False
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Blocked:
    """One thing that would be this reader's to do, and why not now."""

    label: str
    why: str
    legal_basis: str
    opens_at: str


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline."""

    at: str
    what: str
    who: str
    state: str
    reason: str


@dataclass(slots=True)
class CasePage:
    """What case pages show. `case` is the service's reply as it came."""

    visit: Visiting
    service: Service
    case: dict[str, Any]
    matter: dict[str, Any]
    version: str

    @property
    def id(self) -> str:
        return str(self.case["id"])

    @property
    def title(self) -> str:
        return self.case.get("title") or self.visit.label(self.matter["title"])

    @property
    def pages(self) -> tuple[Page, ...]:
        return pages_of(self.matter)

    @property
    def questions(self) -> list[Field]:
        """What the form asks on all its pages."""
        return [one for page in self.pages for one in page.fields]

    @property
    def editable(self) -> bool:
        """Whether to offer the form: the matter says in which states, the case says who is reading."""
        states = self.matter.get("editable_in") or ()
        return self.case["state"] in states and "applicant" in self.case["relations"]

    @property
    def state_label(self) -> str:
        return self.state_of(self.case["state"])

    def state_of(self, code: str) -> str:
        states = self.matter["workflow"]["states"]
        return next((self.visit.label(s["label"]) for s in states if s["code"] == code), code)

    @property
    def closed(self) -> bool:
        return self._closes(self.case["state"])

    @property
    def turn(self) -> str:
        """Whose move it is, as the workflow says; empty where only time or the system goes on."""
        states = self.matter["workflow"]["states"]
        awaited = {
            r for s in states if s["code"] == self.case["state"] for r in s.get("awaits") or ()
        }
        if not awaited:
            return ""
        if self._mine(awaited):
            return self.visit.say("现在等您办理。")
        if awaited == {"signatory"} and "signatory" in self.case["relations"]:
            return self.visit.say("现在等其他人签署。")
        named = dict.fromkeys(who(self.visit, role) for role in sorted(at_work(awaited)))
        return self.visit.say("现在由%(who)s办理。", who=" / ".join(named))

    def _mine(self, awaited: set[str]) -> bool:
        """Whether the reader is one of those who are waited for, and has something left to do: who has signed
        has not, and who may not decide in this case is not waited for."""
        relations = awaited & set(self.case["relations"])
        if not relations:
            return False
        if relations == {"signatory"}:
            return any(offered.signing for offered in self.offered())
        moves = [self.move(each["action"]) for each in self.case["allowed_actions"]]
        return any(relations & set(move.get("by") or ()) for move in moves)

    @property
    def passing(self) -> str:
        """What comes of it where the time to answer passes: as the deadline's own move says."""
        here = self.case["state"]
        for clock in self.matter["workflow"]["deadlines"]:
            if clock["kind"] != "answer" or here not in clock["runs_in"]:
                continue
            target = self.move(clock["on_pass"]).get("target")
            if target in (self.matter.get("editable_in") or ()):
                return self.visit.say("过期会退回填写。")
            if target != here:
                return self.visit.say(
                    "过期后办件变为“%(state)s”。", state=self.state_of(str(target))
                )
        return ""

    def material_of(self, document: Mapping[str, Any]) -> str:
        """What a document is, in words."""
        known = {m["code"]: m["label"] for m in self.matter.get("materials") or ()}
        return self.visit.label(known.get(document.get("material")))

    def move(self, action: str, *, source: str | None = None) -> Mapping[str, Any]:
        """The description of an action from `source`, by default the present state (or from any)."""
        moves = [m for m in self.matter["workflow"]["moves"] if m["action"] == action]
        here = [m for m in moves if (source or self.case["state"]) in m["source"]]
        found: Mapping[str, Any] = (here or moves or [{}])[0]
        return found

    def action_label(self, action: str, *, source: str | None = None) -> str:
        return self.visit.label(self.move(action, source=source).get("label")) or action

    @property
    def labels(self) -> Mapping[str, str]:
        """The service's own names of what the form refers to, by pointer."""
        return self.case.get("labels") or {}

    @property
    def correction(self) -> dict[str, Any] | None:
        """The one notice of what has to be corrected, open or answered."""
        found: dict[str, Any] | None = self.case.get("correction")
        return found if not self.closed else None

    @property
    def notes(self) -> dict[str, str]:
        """What is to be corrected, by the place that it is about, while the applicant can do it."""
        if not self.editable or not self.correction or not self.correction["is_open"]:
            return {}
        found: dict[str, str] = {}
        for item in self.correction["items"]:
            if item["pointer"]:
                before = found.get(item["pointer"], "")
                found[item["pointer"]] = f"{before}；{item['detail']}" if before else item["detail"]
        return found

    def offered(self) -> list[Offered]:
        """Exactly the `allowed_actions` of the reply, in its order."""
        return [self.offer(a["action"]) for a in self.case["allowed_actions"]]

    def offer(
        self,
        action: str,
        *,
        typed: Mapping[str, Any] | None = None,
        messages: Mapping[str, str] | None = None,
    ) -> Offered:
        """One action with its questions, filled with what was `typed`; `messages` stand beside inputs."""
        move = self.move(action)
        fields = tuple(field_of(f) for f in move.get("fields") or ())
        signing = {"digest", "agreed"} <= {f.name for f in fields}
        drawing = Drawing(self.visit.language, {}, messages or {})
        states = self.matter.get("editable_in") or ()
        target = move.get("target")
        return Offered(
            action=action,
            label=self.action_label(action),
            fields=fields,
            widgets=() if signing else widgets(fields, typed or {}, drawing, base=f"/{action}"),
            signing=signing,
            marks=any(f.kind == "marks" for f in fields),
            ends=self._closes(target),
            hands_over=self.editable and target not in states and not self._closes(target),
        )

    def blocked(self) -> list[Blocked]:
        """Exactly the `blocked_actions` of the reply, in words."""
        return [
            Blocked(
                self.action_label(b["action"]),
                self.visit.label(b.get("title")) or b["code"],
                b.get("legal_basis") or "",
                b.get("opens_at") or "",
            )
            for b in self.case["blocked_actions"]
        ]

    def _closes(self, state: object) -> bool:
        return any(s["closed"] for s in self.matter["workflow"]["states"] if s["code"] == state)

    @property
    def expanded(self) -> dict[str, Any]:
        """What the service added to the case: signatures, tasks, licence …"""
        return self.case.get("expanded") or {}

    @property
    def notice_id(self) -> str:
        """The notice by which the case was made public; empty where it was not."""
        return str((self.case.get("facts") or {}).get("notice_id") or "")

    @property
    def documents(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.expanded.get("documents") or []
        return found

    @property
    def asks_documents(self) -> bool:
        """Whether the matter wants a document that the platform does not write itself."""
        return any(not m["generated"] for m in self.matter.get("materials") or ())

    @property
    def papers(self) -> list[dict[str, Any]]:
        """What the platform wrote for the case, current versions in reading order, with what they say."""
        found: list[dict[str, Any]] = self.expanded.get("papers") or []
        return found

    @property
    def signatures(self) -> list[dict[str, Any]]:
        found = self.expanded.get("signatures") or []
        return found.get("items", []) if isinstance(found, dict) else found

    def timeline(self) -> list[Event]:
        """Newest first. On whose desk a case lies is told to those whose desks they are."""
        hidden = {"edit"} if self.case.get("assignment") else {"edit", *DESK}
        rows = self.case.get("timeline") or ()
        return [self._event(e) for e in rows if e["action"] not in hidden][::-1]

    def _event(self, entry: Mapping[str, Any]) -> Event:
        action = entry["action"]
        return Event(
            at=entry["at"],
            what=self.visit.say(OWN[action])
            if action in OWN
            else self.action_label(action, source=entry["source"]),
            # who objects is nobody of the case, whatever their role elsewhere
            who=self.visit.say("提出异议的人")
            if action == "object"
            else who(self.visit, entry["actor_role"]),
            state=(entry.get("data") or {}).get("to") or ""
            if action in DESK
            else self.state_of(entry["target"]),
            reason=entry.get("reason") or "",
        )


def at_work(roles: set[str]) -> set[str]:
    """Without the heads, who stand in for their officers, and without the wider role where a local one is
    named: who has the case on the desk."""
    return {
        role
        for role in roles
        if f"local_{role}" not in roles
        and not (role.endswith("head") and f"{role.removesuffix('head')}officer" in roles)
    }


async def load_case(visit: Visiting, case_id: UUID, *, expand: str = EXPAND) -> CasePage:
    """The case wherever it lives. Raises Refusal 404 where no service shows it to this reader."""
    unreachable: Refusal | None = None
    for source in SOURCES:
        path = f"/api/{source}/v1/cases/{case_id}"
        try:
            answer = await visit.services.get(source, path, expand=expand)
        except Refusal as refusal:
            if refusal.status not in (403, 404):
                unreachable = unreachable or refusal
            continue
        return await page_of_case(visit, source, answer)
    raise unreachable or Refusal(404, {})


async def page_of_case(visit: Visiting, source: Service, answer: Answer) -> CasePage:
    """A reply about a case together with its matter."""
    _, matter = await matter_of(visit.services, answer.body["matter"])
    version = answer.version or f'"{answer.body["version"]}"'
    return CasePage(visit, source, answer.body, matter, version)


async def titles_of(visit: Visiting, codes: set[str]) -> dict[str, dict[str, Any]]:
    """The descriptions of several matters, for lists of cases."""
    wanted = sorted(codes)
    found = await asyncio.gather(*(matter_of(visit.services, c) for c in wanted))
    return {code: matter for code, (_, matter) in zip(wanted, found, strict=True)}
