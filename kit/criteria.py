"""Thresholds as dated data, and what they say of a set of values: yes, no, or cannot be told.

    judgement = judge(criteria, {"area_m2": Value(Decimal(480), "reported")}, on=today)
    judgement.ok, [v.reason_zh for v in judgement.verdicts if v.ok is not True]

Who may have a loan and what makes a maker space are the same question asked of different numbers. A
criterion names its operator, threshold, unit and the clause it comes from; a value says whether it was
computed by us, reported by the applicant or read from evidence. Pure: no database, no clock.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from kit.schemas import Label, Out

Operator = Literal["=", "<", "<=", ">", ">=", "true"]
Origin = Literal["computed", "reported", "evidence"]
_MARKS: Mapping[bool | None, str] = {True: "✓", False: "✗", None: "?"}
_WORDS: Mapping[str, tuple[str, str]] = {
    "=": ("等于", "exactly"),
    "<": ("小于", "less than"),
    "<=": ("不超过", "at most"),
    ">": ("超过", "more than"),
    ">=": ("不少于", "at least"),
}


@dataclass(frozen=True)
class Criterion:
    """One condition while it is in force. `true` asks for a value that is not zero; `threshold` is in
    `unit`. `valid_to` is its last day. 以上/以下 include the number, 超过/不满 do not (民法典 art. 1259)."""

    key: str
    operator: Operator
    threshold: Decimal | None
    unit: str
    zh: str
    en: str
    source_document: str
    source_clause: str
    valid_from: date
    valid_to: date | None = None
    any_of: str = ""
    """Of the criteria of one set that share this word, one that is met is enough (或)."""

    def __post_init__(self) -> None:
        if self.operator != "true" and self.operator not in _WORDS:
            raise ValueError(f"{self.key}: unknown operator {self.operator!r}")
        if (self.operator == "true") != (self.threshold is None):
            raise ValueError(f"{self.key}: only `true` has no threshold")

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True)
class Value:
    """A number and where it comes from; a yes is 1, a no is 0."""

    number: Decimal
    origin: Origin = "computed"


@dataclass(frozen=True)
class Verdict:
    """What one criterion says. `ok` None: there is no value to compare."""

    criterion: Criterion
    value: Value | None
    ok: bool | None

    @property
    def reason_zh(self) -> str:
        """The verdict in a sentence for its applicant."""
        c = self.criterion
        if self.value is None:
            return f"{c.zh}：缺少数据，无法判断"
        if c.operator == "true":
            return f"{c.zh}：{'是' if self.ok else '否'}"
        asked = f"{_WORDS[c.operator][0]}{_plain(c.threshold)}{c.unit}"
        return f"{c.zh}：要求{asked}，实际{_plain(self.value.number)}{c.unit}"

    @property
    def reason_en(self) -> str:
        c = self.criterion
        if self.value is None:
            return f"{c.en}: no value, so it cannot be told"
        if c.operator == "true":
            return f"{c.en}: {'yes' if self.ok else 'no'}"
        return (
            f"{c.en}: {_WORDS[c.operator][1]} {_plain(c.threshold)} {c.unit},"
            f" here {_plain(self.value.number)} {c.unit}"
        )


@dataclass(frozen=True)
class Judgement:
    """All verdicts of one set. `ok` only where every criterion says yes, or one of its alternatives."""

    verdicts: Sequence[Verdict]

    @property
    def ok(self) -> bool:
        return not self.failing

    @property
    def failing(self) -> list[Verdict]:
        """What is in the way: the noes and what cannot be told, where no alternative is met."""
        met = {v.criterion.any_of for v in self.verdicts if v.ok is True and v.criterion.any_of}
        return [v for v in self.verdicts if v.ok is not True and v.criterion.any_of not in met]


def judge(criteria: Iterable[Criterion], values: Mapping[str, Value], *, on: date) -> Judgement:
    """Every criterion that is in force on the day, answered."""
    in_force = (criterion for criterion in criteria if criterion.in_force(on))
    return Judgement([_answer(c, values.get(c.key)) for c in in_force])


def _answer(criterion: Criterion, value: Value | None) -> Verdict:
    if value is None:
        return Verdict(criterion, None, None)
    number, threshold = value.number, criterion.threshold
    if threshold is None:
        return Verdict(criterion, value, number != 0)
    answers = {
        "=": number == threshold,
        "<": number < threshold,
        "<=": number <= threshold,
        ">": number > threshold,
        ">=": number >= threshold,
    }
    return Verdict(criterion, value, answers[criterion.operator])


def _plain(number: Decimal | None) -> str:
    """`20000000` rather than `2E+7`, `0.6` rather than `0.60`."""
    return f"{number.normalize():f}" if number is not None else ""


def read_criteria(text: str) -> dict[str, list[Criterion]]:
    """Criteria by their set, from CSV: set,key,operator,threshold,unit,zh,en,source_document,
    source_clause,valid_from,valid_to and perhaps any_of. An empty threshold is none, an empty
    valid_to is open."""
    found: dict[str, list[Criterion]] = {}
    for row in csv.DictReader(text.splitlines()):
        threshold = row["threshold"]
        criterion = Criterion(
            key=row["key"],
            operator=row["operator"],  # type: ignore[arg-type]  # checked when it is made
            threshold=Decimal(threshold) if threshold else None,
            unit=row["unit"],
            zh=row["zh"],
            en=row["en"],
            source_document=row["source_document"],
            source_clause=row["source_clause"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            any_of=row.get("any_of") or "",
        )
        found.setdefault(row["set"], []).append(criterion)
    return found


class VerdictView(Out):
    """One criterion's answer: yes, no, or null where there is no value; numbers are decimal strings."""

    key: str
    ok: bool | None
    label: Label
    reason: Label
    operator: str
    threshold: str | None
    value: str | None
    origin: str | None
    unit: str
    source_document: str
    source_clause: str


def verdict_view(verdict: Verdict) -> VerdictView:
    """A verdict as it goes out."""
    c, value = verdict.criterion, verdict.value
    return VerdictView(
        key=c.key,
        ok=verdict.ok,
        label=Label(zh=c.zh, en=c.en),
        reason=Label(zh=verdict.reason_zh, en=verdict.reason_en),
        operator=c.operator,
        threshold=_plain(c.threshold) if c.threshold is not None else None,
        value=_plain(value.number) if value else None,
        origin=value.origin if value else None,
        unit=c.unit,
        source_document=c.source_document,
        source_clause=c.source_clause,
    )


def verdict_line(view: Mapping[str, Any]) -> Label:
    """A stored VerdictView as one line for a reader: its mark and its reason."""
    mark, reason = _MARKS[view["ok"]], view["reason"]
    return Label(zh=f"{mark} {reason['zh']}", en=f"{mark} {reason['en']}")
