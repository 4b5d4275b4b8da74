"""How a founder walks through the establishment of a company on the pages: the same steps with and without
JavaScript, at any width. Everything is invented (domain.md 6)."""

import re
import secrets
from urllib.parse import parse_qs, urlsplit

from tests.gateway.window.browsing import Reader

MATTER = "/matters/company-establishment"
FOUNDER = ("林晓舟", "980101199003071016", "00010000001")
SECOND = ("周明远", "980101198805122028", "00010000002")
LEASE = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SIGNS = "松柏梧桐枫杨榆槐樟楠柳桂荷兰菊竹芷蘅芦荻苇萱薇蕙"


def fresh_name() -> str:
    """A company name that nobody has yet."""
    return "青屿" + "".join(secrets.choice(SIGNS) for _ in range(4)) + "科技有限公司"


async def start_case(reader: Reader) -> str:
    """From the guide to the first question; the case's address."""
    await reader.go(MATTER)
    await reader.press("开始办理")
    back = parse_qs(urlsplit(reader.page.url).query).get("back", [reader.page.url])[0]
    return reader.address + urlsplit(back).path.split("/form/")[0]


async def keep_a_name(reader: Reader, case: str) -> str:
    """Declare a name on the way and go on with it kept; who has no name yet is asked for one at once."""
    await reader.go(f"{case}/form/name")
    if "/names/new" not in reader.page.url:
        await reader.press("申报新名称")
    name = fresh_name()
    await reader.choose("region_code", "980101")
    await reader.fill({"name": name})
    await reader.press("查一查")
    assert "可以使用" in await reader.text()
    await reader.press("保留这个名称")
    assert reader.page.url.endswith("/form/business")
    return name


async def say_what_it_does(reader: Reader) -> None:
    await reader.choose("/industry_code", "65")
    await reader.fill({"scope-items-q": "软件"})
    await reader.press("^搜索")
    await reader.press("加入")
    assert "已选 1 项" in await reader.text()
    await reader.press("保存并继续")


async def say_where(reader: Reader, *, kind: str = "leased") -> None:
    await reader.fill({"domicile-region-code": "江湾"})
    await reader.press("^搜索")
    await reader.press("加入")
    await reader.fill({"domicile-street": "望海路 88 号 6 层 601 室", "domicile-area-m2": "120"})
    await reader.choose("/domicile/kind", kind)
    await reader.press("保存并继续")


SHARES = ((FOUNDER, "600000"), (SECOND, "４０００００"))
ALONE = ((FOUNDER, "1000000"),)


async def say_who_pays(
    reader: Reader, shares: tuple[tuple[tuple[str, str, str], str], ...] = SHARES
) -> None:
    """By default two shareholders, 60 and 40 per cent of a million yuan."""
    await reader.fill({"registered-capital-fen": "1,000,000"})
    for _ in shares[1:]:
        await reader.press("再加一个股东")
    for index, (person, yuan) in enumerate(shares):
        name, id_number, phone = person
        at = f"shareholders-{index}"
        await reader.choose(f"/shareholders/{index}/kind", "natural_person")
        await reader.choose(f"/shareholders/{index}/method", "money")
        await reader.fill(
            {
                f"{at}-name": name,
                f"{at}-signer-name": name,
                f"{at}-signer-id-number": id_number,
                f"{at}-signer-phone": phone,
                f"{at}-subscribed-fen": yuan,
                f"{at}-contributed-by-on-year": "2030",
                f"{at}-contributed-by-on-month": "6",
                f"{at}-contributed-by-on-day": "30",
            }
        )
    await reader.press("保存并继续")


async def say_that_one_runs_it_all(reader: Reader) -> None:
    """Somebody whom the form names already has every office; nothing is typed."""
    await reader.press("再加一个任职人员")
    for index, position in enumerate(("director", "manager")):
        await reader.choose(f"/officers/{index}/position", position)
    await reader.choose("/supervisor_waived", "true")
    await reader.press(f"空着的都填 {FOUNDER[0]}")
    await reader.press("保存并继续")


async def say_who_runs_it(reader: Reader) -> None:
    await reader.press("再加一个任职人员")
    for index, position in enumerate(("director", "manager")):
        await reader.choose(f"/officers/{index}/position", position)
        await _person(reader, f"officers-{index}", FOUNDER)
    await reader.choose("/supervisor_waived", "true")
    await _person(reader, "legal-representative", FOUNDER)
    await _person(reader, "liaison", SECOND)
    await _person(reader, "finance-officer", SECOND)
    await reader.press("保存并继续")


async def _person(reader: Reader, at: str, person: tuple[str, str, str]) -> None:
    name, id_number, phone = person
    await reader.fill({f"{at}-name": name, f"{at}-id-number": id_number, f"{at}-phone": phone})


async def say_the_rest(reader: Reader) -> None:
    await reader.press(f"填入 {FOUNDER[0]}")
    await reader.fill({"beneficial-owners-0-share-percent": "60", "employees": "5"})
    await reader.choose("/bank_code", "QYSB")
    await reader.page.check('input[name="/seals"][value="official"]')
    await reader.press("保存并继续")


async def hand_in_the_lease(reader: Reader, case: str) -> None:
    if not reader.page.url.startswith(f"{case}/check"):
        await reader.go(f"{case}/documents")
    lease = {"name": "lease.pdf", "mimeType": "application/pdf", "buffer": LEASE}
    await reader.page.set_input_files("#file-domicile_proof", lease)  # type: ignore[arg-type]
    await reader.press("上传")
    assert "还缺少应当提交的材料" not in await reader.text()


async def send_for_signing(reader: Reader, case: str) -> str:
    """Check answers, declare, send; whoever sends signs next. The reference."""
    if not reader.page.url.startswith(f"{case}/check"):
        await reader.go(f"{case}/check")
    await reader.press("送签")
    assert "请先阅读并勾选承诺" in await reader.text()
    await reader.page.check("#declared")
    await reader.press("送签")
    assert reader.page.url.endswith("/sign")
    found = re.search(r"R\d{8}-\d{6}", await reader.text())
    assert found is not None
    return found.group()


async def sign(reader: Reader, case: str) -> None:
    if not reader.page.url.startswith(f"{case}/sign"):
        await reader.go(f"{case}/sign")
    await reader.page.check("#sign-agreed")
    await reader.press("^签署")
    assert "/done" in reader.page.url


async def fill_everything(reader: Reader, *, kind: str = "leased") -> tuple[str, str]:
    """The whole form of a new case; its address and the company's name."""
    case = await start_case(reader)
    name = await keep_a_name(reader, case)
    await say_what_it_does(reader)
    await say_where(reader, kind=kind)
    await say_who_pays(reader)
    await say_who_runs_it(reader)
    await say_the_rest(reader)
    return case, name
