"""From what is known of an enterprise to what each criterion says. Pure: no database, the day is passed in.

The criteria are dated data (products/data/criteria.csv, sets named by product or matter). A number that
nobody has said is left out, so that its criterion answers "cannot be told" rather than no.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from importlib import resources

from kit.criteria import Criterion, Judgement, Origin, Value, judge, read_criteria
from kit.errors import FieldError
from kit.workdays import add_months

FEN_PER_WAN = Decimal(1_000_000)
GROUND_TITLES = ("high_tech", "reserve", "angel_backed")
CRITERIA: Mapping[str, Sequence[Criterion]] = read_criteria(
    resources.files("services.finance.products").joinpath("data", "criteria.csv").read_text("utf-8")
)


@dataclass(frozen=True)
class Figures:
    """What is known of an enterprise's size and work; None is not known. Money is fen.

    `origin` is `evidence` for the library's verified figures, `reported` for what an applicant says.
    """

    revenue_fen: int | None = None
    staff: int | None = None
    assets_fen: int | None = None
    tech_staff: int | None = None
    sme_score: int | None = None
    own_ip: int | None = None
    patents: int | None = None
    titles: frozenset[str] | None = None
    good_standing: bool | None = None
    origin: Origin = "reported"


@dataclass(frozen=True)
class Profile:
    """One enterprise on one day: the register's record, the library, graduations, figures."""

    established_on: date
    in_library: bool = False
    graduated: bool = False
    figures: Figures = field(default_factory=Figures)


def whole_months(first: date, last: date) -> int:
    """Full months from one day to another: 31 August to 28 February are six (民法典 arts. 200–202)."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return max(0, months - (add_months(first, max(months, 0)) > last))


def values_of(profile: Profile, *, on: date) -> dict[str, Value]:
    """Every value that a criterion may ask for, as far as it is known."""
    figures = profile.figures
    found = {
        "licensed": Value(Decimal(1)),
        "in_library": _yes(profile.in_library),
        "library_or_graduate": _yes(profile.in_library or profile.graduated),
        "operating_months": Value(Decimal(whole_months(profile.established_on, on))),
        **_reported(figures),
    }
    sme = _sci_tech_sme(figures, found, on=on)
    if sme is not None:
        found["sci_tech_sme"] = _yes(sme)
    ground = _borrower_ground(figures, sme)
    if ground is not None:
        found["borrower_ground"] = _yes(ground)
    return found


def _yes(answer: bool, origin: Origin = "computed") -> Value:
    return Value(Decimal(int(answer)), origin)


def _reported(figures: Figures) -> dict[str, Value]:
    numbers: dict[str, Decimal | int | None] = {
        "staff": figures.staff,
        "tech_staff": figures.tech_staff,
        "sme_score": figures.sme_score,
        "own_ip": figures.own_ip,
        "patents": figures.patents,
        "revenue": _wan(figures.revenue_fen),
        "revenue_cap": _wan(figures.revenue_fen),
        "assets": _wan(figures.assets_fen),
        "good_standing": figures.good_standing,
    }
    if figures.titles is not None:
        numbers |= {title: int(title in figures.titles) for title in GROUND_TITLES}
    return {
        key: Value(Decimal(number), figures.origin)
        for key, number in numbers.items()
        if number is not None
    }


def _wan(amount_fen: int | None) -> Decimal | None:
    return None if amount_fen is None else Decimal(amount_fen) / FEN_PER_WAN


def _sci_tech_sme(figures: Figures, values: Mapping[str, Value], *, on: date) -> bool | None:
    """科技型中小企业: by its criteria, or at once as a valid high-tech enterprise. None: cannot be told."""
    if figures.titles is not None and "high_tech" in figures.titles:
        return True
    judgement = judge(CRITERIA["sci-tech-sme"], values, on=on)
    return False if any(v.ok is False for v in judgement.verdicts) else (judgement.ok or None)


def _borrower_ground(figures: Figures, sme: bool | None) -> bool | None:
    """One of the titles, or a sci-tech SME with intellectual property of its own (苏科贷 borrowers)."""
    if figures.titles is not None and figures.titles & set(GROUND_TITLES):
        return True
    if sme is None or figures.own_ip is None or figures.titles is None:
        return None
    return sme and figures.own_ip > 0


def judge_profile(name: str, profile: Profile, *, on: date) -> Judgement:
    """All criteria of one product or matter in force on the day. KeyError: there is no such set."""
    return judge(CRITERIA[name], values_of(profile, on=on), on=on)


def answer_of(judgement: Judgement) -> bool | None:
    """Yes where every criterion says yes, no where one says no, else it cannot be told."""
    if any(verdict.ok is False for verdict in judgement.verdicts):
        return False
    return True if judgement.ok else None


def findings_of(judgement: Judgement, *, pointer: str) -> list[FieldError]:
    """Every criterion that is in the way, as a finding with its numbers and its source."""
    found = []
    for verdict in judgement.failing:
        c = verdict.criterion
        values = {
            "value": str(verdict.value.number) if verdict.value else None,
            "operator": c.operator,
            "threshold": str(c.threshold) if c.threshold is not None else None,
            "unit": c.unit,
            "legal_basis": f"{c.source_document} {c.source_clause}".strip(),
        }
        code = f"{c.key}_unmet" if verdict.ok is False else f"{c.key}_unknown"
        found.append(
            FieldError(pointer=pointer, code=code, detail=verdict.reason_zh, values=values)
        )
    return found


def finding_labels() -> dict[str, tuple[str, str]]:
    """What `findings_of`'s codes mean: made from the criteria, so that a new one needs no second list."""
    labels: dict[str, tuple[str, str]] = {}
    for criterion in (c for group in CRITERIA.values() for c in group):
        labels[f"{criterion.key}_unmet"] = (
            f"不符合条件：{criterion.zh}",
            f"This condition is not met: {criterion.en}",
        )
        labels[f"{criterion.key}_unknown"] = (
            f"缺少数据，无法判断：{criterion.zh}",
            f"There is no number to judge by: {criterion.en}",
        )
    return labels
