"""Find administrative regions at the head of a text, or in its brackets.

Exists because a name carries its region in many spellings: 江苏省镇江市, 江苏镇江, 镇江. Reads the
reference tables; must not decide whether the region is the right one for an applicant (rules.py).
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from kit.regions import table as regions

NATIONAL_WORDS = ("中国", "中华", "国家", "全国", "中央")
ZONES = re.compile(
    "(?:高新技术产业开发区|经济技术开发区|高新技术开发区|自由贸易试验区|综合保税区|旅游度假区|"
    "经济开发区|高新区|经开区|开发区|自贸区|保税区|工业园区|垦区)"
)
PEOPLES = (
    "满族|回族|蒙古族|蒙古|苗族|侗族|土家族|彝族|藏族|壮族|瑶族|布依族|朝鲜族|哈尼族|傣族|白族|羌族|黎族|"
    "景颇族|傈僳族|怒族|独龙族|普米族|佤族|拉祜族|布朗族|仡佬族|水族|毛南族|仫佬族|畲族|纳西族|锡伯|"
    "哈萨克族|哈萨克|柯尔克孜|塔吉克|土族|撒拉族|各族|东乡族|保安族|裕固族|达斡尔族|维吾尔|鄂伦春|鄂温克族"
)
AUTONOMOUS = re.compile(f"(?:{PEOPLES})*自治[州县旗]$|(?:壮族|回族|维吾尔)?自治区$")
PLAIN = re.compile("(?:特别行政区|自治区|地区|林区|特区|省|市|县|区|盟|旗)$")


@dataclass(frozen=True, slots=True)
class Region:
    """One row of GB/T 2260. `level`: province, prefecture, districts (a holder), county."""

    code: str
    name: str
    level: str
    full_name: str
    ended: bool = False

    @property
    def stem(self) -> str:
        """The name without its kind: 镇江市 → 镇江; the whole name where one character is left."""
        short = PLAIN.sub("", AUTONOMOUS.sub("", self.name))
        return short if len(short) >= 2 else self.name


@dataclass(frozen=True, slots=True)
class RegionMatch:
    """A region found in a text. `weak`: a bare county name, which may be an ordinary word.
    `bare`: without its kind (镇江 for 镇江市)."""

    text: str
    code: str
    weak: bool = False
    district_alone: bool = False
    zone: str = ""
    ended: bool = False
    bare: bool = False


class RegionTable:
    """All regions valid on one day, ready for look-up by spelling."""

    def __init__(self, regions: list[Region]) -> None:
        self.by_code = {region.code: region for region in regions}
        self._by_spelling: dict[str, list[Region]] = defaultdict(list)
        for region in regions:
            if region.level != "districts":
                for spelling in {region.name, region.stem}:
                    self._by_spelling[spelling].append(region)
        self._longest = max(map(len, self._by_spelling), default=0)

    def is_region_word(self, text: str) -> bool:
        """Whether a text is the name of a region at county level or above (名称规定 art. 8)."""
        return text in self._by_spelling

    def exact(self, text: str) -> RegionMatch | None:
        """The region a whole text names (also 江苏镇江), or None."""
        for match in self.leading(text):
            if match.text == text and not match.district_alone:
                return match
        return None

    def leading(self, text: str) -> list[RegionMatch]:
        """Every region that the text may begin with, longest first."""
        found = set(self._paths(text, above=None, start=0, weak=False))
        return sorted(
            found, key=lambda match: (-len(match.text), match.weak, match.ended, match.code)
        )

    def _paths(
        self, text: str, *, above: Region | None, start: int, weak: bool
    ) -> Iterator[RegionMatch]:
        for end in range(start + 2, min(len(text), start + self._longest) + 1):
            spelling = text[start:end]
            for region in self._by_spelling.get(spelling, ()):
                if above is not None and not self._lies_in(region, above):
                    continue
                bare = spelling != region.name
                district = region.name.endswith("区")
                now_weak = weak or (
                    bare and region.level == "county" and (above is None or district)
                )
                alone = above is None and district and region.level == "county"
                if alone and bare:
                    continue  # a bare district (宝山, 平安) without its city is just a word
                yield self._match(text, end=end, region=region, weak=now_weak, alone=alone)
                zone = ZONES.match(text, end)
                if zone:
                    yield self._match(
                        text, end=zone.end(), region=region, weak=weak, alone=alone,
                        zone=zone.group(),
                    )  # fmt: skip
                if region.level != "county":
                    yield from self._paths(text, above=region, start=end, weak=weak)

    @staticmethod
    def _match(
        text: str, *, end: int, region: Region, weak: bool, alone: bool, zone: str = ""
    ) -> RegionMatch:
        return RegionMatch(
            text=text[:end],
            code=region.code,
            weak=weak,
            district_alone=alone,
            zone=zone,
            ended=region.ended,
            bare=not zone and not text[:end].endswith(region.name),
        )

    @staticmethod
    def _lies_in(region: Region, above: Region) -> bool:
        width = 2 if above.level == "province" else 4
        return region.code != above.code and region.code[:width] == above.code[:width]


@lru_cache(maxsize=4)
def load_regions(on: date | None = None) -> RegionTable:
    """The regions valid on a day, or every region that ever was when no day is given.

    Old names matter to the parser (a firm keeps 公主岭 though its code changed), so it uses None.
    """
    return RegionTable(
        [
            Region(
                code=row.code,
                name=row.name_zh,
                level=row.level,
                full_name=row.full_name_zh,
                ended=row.valid_to is not None,
            )
            for row in regions.regions()
            if on is None or row.in_force(on)
        ]
    )


def authority_of(code: str) -> str:
    """The registration authority of a seat, as 名称规定 art. 17 means it: every authority within one
    设区的市 is the same (申报指引 2025); a county held directly by a province stands for itself."""
    return code if code[2:4] == "90" else regions.city_of(code)
