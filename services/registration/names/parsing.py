"""Cut a name into region, trade name, industry and form (名称规定 art. 6).

Exists because every later question (may it be used? is it taken?) is asked of the parts. Pure:
knows dictionaries, no database. Must not judge: a name that breaks every rule still parses, and
`"".join(segment.text for segment in parse(x).segments) == normalise(x)` for whatever x.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from services.registration.names.forms import NO_FORM, Form, find_form, split_branch
from services.registration.names.industries import IndustryPhrase, Lexicon, load_lexicon
from services.registration.names.normalising import normalise
from services.registration.names.regions import (
    NATIONAL_WORDS,
    RegionMatch,
    RegionTable,
    load_regions,
)

BRACKETED = re.compile("（([^（）]+)）")
LEAST_TRADE_NAME = 2  # 名称规定 art. 8
ONE_CHARACTER = 1


class Role(StrEnum):
    """What a piece of a name says."""

    REGION = "region"
    TRADE_NAME = "trade_name"
    INDUSTRY = "industry"
    FORM = "form"
    BRANCH = "branch"


class Order(StrEnum):
    """Where the region stands: in front, in brackets further back, or nowhere."""

    FIRST = "first"
    BRACKET = "bracket"
    NONE = "none"


class Segment(NamedTuple):
    """A piece of the normalised name, brackets included."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class ParsedName:
    """A name in its parts. Empty text = the part is missing. `region_code`: GB/T 2260."""

    written: str
    segments: tuple[Segment, ...]
    phrase: IndustryPhrase
    form: Form
    order: Order = Order.NONE
    region_code: str = ""
    national: str = ""
    district_alone: bool = False
    zone: str = ""
    branch: str = ""

    def text_of(self, role: Role) -> str:
        """All pieces of one role, joined, without brackets around a region."""
        joined = "".join(segment.text for segment in self.segments if segment.role is role)
        return BRACKETED.sub(r"\1", joined) if role is Role.REGION else joined

    @property
    def region(self) -> str:
        """行政区划, also 中国 and its like where they stand in its place."""
        return self.text_of(Role.REGION)

    @property
    def trade_name(self) -> str:
        """字号."""
        return self.text_of(Role.TRADE_NAME)

    @property
    def industry(self) -> str:
        """行业或者经营特点."""
        return self.text_of(Role.INDUSTRY)


class _Body(NamedTuple):
    """What stands before the form, cut."""

    segments: tuple[Segment, ...]
    industry: str
    region: RegionMatch | None = None
    order: Order = Order.NONE
    national: str = ""


def parse(
    text: str,
    *,
    regions: RegionTable | None = None,
    lexicon: Lexicon | None = None,
    hint: str = "",
) -> ParsedName:
    """The parts of a name. `regions` and `lexicon` default to the shipped tables.

    `hint`: a word that the applicant explains as trade name (art. 8, 另有含义); it counts only where
    the name would otherwise have none.
    """
    written = normalise(text)
    regions = regions or load_regions()
    lexicon = lexicon or load_lexicon()
    branch = split_branch(written)
    if branch:
        parent = parse(branch[0], regions=regions, lexicon=lexicon, hint=hint)
        tail = Segment(Role.BRANCH, branch[1])
        return replace(parent, written=written, segments=(*parent.segments, tail), branch=branch[1])
    form = find_form(written)
    cutter = _Cutter(regions=regions, lexicon=lexicon, tail=_crossing(form), hint=normalise(hint))
    body = cutter.cut(written.removesuffix(form.text))
    segments = tuple(segment for segment in body.segments if segment.text)
    if form.text:
        segments = (*segments, Segment(Role.FORM, form.text))
    match = body.region
    return ParsedName(
        written=written,
        segments=segments,
        phrase=lexicon.phrase(body.industry),
        form=form if form.text else NO_FORM,
        order=body.order,
        region_code=match.code if match else "",
        national=body.national,
        district_alone=bool(match and match.district_alone),
        zone=match.zone if match else "",
    )


def _crossing(form: Form) -> str:
    """A one-character form may be the end of an industry word: 书店 is 书 + 店."""
    return form.text if len(form.text) == ONE_CHARACTER else ""


@dataclass(frozen=True, slots=True)
class _Cutter:
    """Cuts what stands before the form. `tail`: see _crossing."""

    regions: RegionTable
    lexicon: Lexicon
    tail: str
    hint: str

    def cut(self, text: str) -> _Body:
        for national in NATIONAL_WORDS:
            if text.startswith(national):
                return self._region_cut_off(text, national, match=None, national=national)
        return self._bracketed(text) or self._region_first(text)

    def _bracketed(self, text: str) -> _Body | None:
        """字号（行政区划）行业, also 字号行业（行政区划）."""
        for found in BRACKETED.finditer(text):
            national = found[1] if found[1] in NATIONAL_WORDS else ""
            match = None if national else self.regions.exact(found[1])
            if not (national or match) or found.start() == 0:
                continue
            front, back = text[: found.start()], text[found.end() :]
            trade, industry = (front, back) if back else self._split(front, may_lack=False, tail="")
            region = Segment(Role.REGION, found.group())
            name, line = _named(trade, industry)
            return _Body(
                segments=(name, region, line) if back else (name, line, region),
                industry=industry + self.tail if back else industry,
                region=match,
                order=Order.BRACKET,
                national=national,
            )
        return None

    def _region_first(self, text: str) -> _Body:
        """行政区划＋字号＋行业, or no region. A weak region must leave a whole trade name behind."""
        for match in self.regions.leading(text):
            trade, _ = self._split(text[len(match.text) :], may_lack=True, tail=self.tail)
            if match.weak and (len(trade) < LEAST_TRADE_NAME or trade in self.lexicon):
                continue
            if len(trade) == ONE_CHARACTER and match.bare:
                continue  # 东阳光: a region that leaves one character was no region
            return self._region_cut_off(text, match.text, match=match, national="")
        trade, industry = self._split(text, may_lack=False, tail=self.tail)
        return _Body(segments=_named(trade, industry), industry=self._whole(industry))

    def _region_cut_off(
        self, text: str, region: str, *, match: RegionMatch | None, national: str
    ) -> _Body:
        trade, industry = self._split(text[len(region) :], may_lack=True, tail=self.tail)
        return _Body(
            segments=(Segment(Role.REGION, region), *_named(trade, industry)),
            industry=self._whole(industry),
            region=match,
            order=Order.FIRST,
            national=national,
        )

    def _whole(self, industry: str) -> str:
        return industry + self.tail if industry else ""

    def _split(self, text: str, *, may_lack: bool, tail: str) -> tuple[str, str]:
        """Trade name and industry: the longest tail of industry words that leaves a trade name.

        `may_lack`: a region stands in front, so the trade name itself may be missing (青岛啤酒).
        """
        for ending in (tail, ""):
            cuts = [cut for cut in self.lexicon.cuts(text + ending) if cut < len(text)]
            if may_lack and 0 in cuts:
                at = len(self.hint) if self.hint and text.startswith(self.hint) else 0
                return (text[:at], text[at:]) if at in cuts else ("", text)
            for cut in cuts:
                if cut >= LEAST_TRADE_NAME:
                    return text[:cut], text[cut:]
            if may_lack and ONE_CHARACTER in cuts and len(text) > LEAST_TRADE_NAME:
                return text[:1], text[1:]  # too short a trade name, but that is what it says
        return text, ""


def _named(trade: str, industry: str) -> tuple[Segment, Segment]:
    return Segment(Role.TRADE_NAME, trade), Segment(Role.INDUSTRY, industry)
