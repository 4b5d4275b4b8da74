"""How a founder walks through the establishment of a company on the pages: the same steps with and without
JavaScript, at any width. Everything is invented (domain.md 6)."""

import io
import re
import secrets
from urllib.parse import urlsplit

from PIL import Image

from tests.fixtures.files import LEASE
from tests.gateway.window.browsing import Reader

MATTER = "/matters/company-establishment"
NAME = "name-reservation-id"
FOUNDER = ("林晓舟", "980101199003071016", "00010000001")
SECOND = ("周明远", "980101198805122028", "00010000002")
SIGNS = "松柏梧桐枫杨榆槐樟楠柳桂荷兰菊竹芷蘅芦荻苇萱薇蕙"


def fresh_trade_name() -> str:
    """A 字号 that nobody has yet."""
    return "".join(secrets.choice(SIGNS) for _ in range(4))


def fresh_name() -> str:
    """A company name that nobody has yet."""
    return f"青屿{fresh_trade_name()}科技有限公司"


async def start_case(reader: Reader) -> str:
    """From the guide to the first question of a new draft; the case's address."""
    await reader.go(MATTER)
    await reader.press("开始办理")
    if "resumed=1" in reader.page.url:  # a draft lies open from before
        await reader.press("另办一份")
    return reader.address + urlsplit(reader.page.url).path.split("/form/")[0]


async def keep_a_name(reader: Reader, case: str) -> str:
    """Put a name together on the way, and go on with it kept."""
    await reader.go(f"{case}/form/name")
    trade = fresh_trade_name()
    another = reader.page.locator("summary", has_text="起一个新名称")
    if await another.count():
        await another.click()
    await reader.choose("/name_reservation_id#region", "980101")
    await reader.fill({f"{NAME}-trade": trade, f"{NAME}-industry": "科技"})
    await reader.press("查一查")
    assert "可以使用" in await reader.text()
    await reader.press("保存并继续")
    assert reader.page.url.endswith("/form/business")
    return f"青屿{trade}科技有限公司"


async def say_what_it_does(reader: Reader) -> None:
    await reader.fill({"scope-items-q": "软件"})
    await reader.press("^搜索")
    await reader.press("加入")
    said = await reader.text()
    assert "已选 1 项" in said
    assert "基础软件开发" in said
    await reader.press("保存并继续")


async def say_where(reader: Reader, *, kind: str = "leased") -> None:
    """The place alone, as every filing asks for one."""
    if not await reader.page.locator("ul#domicile-region-code").count():  # none is chosen yet
        await reader.fill({"domicile-region-code": "江湾"})
        await reader.press("^搜索")
        await reader.press("加入")
    await reader.fill({"domicile-street": "望海路 88 号 6 层 601 室", "domicile-area-m2": "120"})
    await reader.choose("/domicile/kind", kind)
    if await reader.page.locator('[name="/bank_code"]').count():
        await reader.choose("/bank_code", "QYSB")
        await reader.fill({"employees": "5"})
        await reader.page.check('input[name="/seals"][value="official"]')
    await reader.press("保存并继续")


SHARES = (("600000", FOUNDER), ("４０万", SECOND))


async def say_who_pays(reader: Reader) -> None:
    """Two shareholders, 60 and 40 per cent of a million yuan; the first is the account's holder."""
    await reader.fill({"registered-capital-fen": "1,000,000"})
    await reader.press("再加一个股东")
    await _unfold(reader)
    for index, (yuan, _) in enumerate(SHARES):
        await reader.fill({f"shareholders-{index}-subscribed-fen": yuan})
    name, id_number, phone = SECOND
    at = "shareholders-1"
    await reader.fill(
        {
            f"{at}-name": name,
            f"{at}-signer-name": name,
            f"{at}-signer-id-number": id_number,
            f"{at}-signer-phone": phone,
        }
    )


async def say_who_runs_it(reader: Reader) -> None:
    """The holder directs and manages; the second founder is liaison and keeps the books."""
    await _unfold(reader)
    await reader.choose("/supervisor_waived", "true")
    await _person(reader, "liaison", SECOND)
    await _person(reader, "finance-officer", SECOND)
    await _person(reader, "beneficial-owners-0", FOUNDER)
    await reader.fill({"beneficial-owners-0-share-percent": "60%"})
    await reader.press("保存并继续")


async def _unfold(reader: Reader) -> None:
    """Open everybody of whom everything was known."""
    folded = reader.page.locator("details.yc-known:not([open]) > summary")
    while await folded.count():
        await folded.first.click()


async def _person(reader: Reader, at: str, person: tuple[str, str, str]) -> None:
    name, id_number, phone = person
    await reader.fill({f"{at}-name": name, f"{at}-id-number": id_number})
    if await reader.page.locator(f"#{at}-phone").count():
        await reader.fill({f"{at}-phone": phone})


def photo() -> bytes:
    """A small picture, as a phone's camera would make one."""
    made = io.BytesIO()
    Image.new("RGB", (120, 160), "#c8d2cc").save(made, "PNG")
    return made.getvalue()


async def hand_in_the_lease(reader: Reader, case: str, *, picture: bool = False) -> None:
    if not reader.page.url.startswith(f"{case}/check"):
        await reader.go(f"{case}/documents")
    lease = {"name": "lease.pdf", "mimeType": "application/pdf", "buffer": LEASE}
    if picture:
        lease = {"name": "lease.png", "mimeType": "image/png", "buffer": photo()}
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
    return case, name
