"""The first licence on the pages: from the guide to a code that anybody can verify."""

import asyncio
import io
import time
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser
from pypdf import PdfReader

from tests.fixtures.house import House
from tests.gateway.window.browsing import Reader, reader_of
from tests.gateway.window.walking import (
    FOUNDER,
    SECOND,
    fill_everything,
    fresh_name,
    hand_in_the_lease,
    send_for_signing,
    sign,
    start_case,
)

pytestmark = pytest.mark.browser


async def wait_for(reader: Reader, path: str, text: str, *, seconds: int = 60) -> None:
    """Open a page again until it says `text`; then look at it."""
    until = time.monotonic() + seconds
    await reader.page.goto(path)
    while text not in await reader.text() and time.monotonic() < until:
        await asyncio.sleep(0.25)
        await reader.page.goto(path)
    await reader.look()
    assert text in await reader.text()


async def test_two_founders_get_a_licence_and_anybody_can_verify_it(
    house: House, browser: Browser
) -> None:
    founder = await reader_of(browser, house.address, width=360)
    await founder.sign_in(FOUNDER[2])
    case, name = await fill_everything(founder)
    assert "还缺少应当提交的材料" in await founder.text()
    await hand_in_the_lease(founder, case)
    reference = await send_for_signing(founder, case)
    await sign(founder, case)
    second = await reader_of(browser, house.address, language="en")
    await second.sign_in(SECOND[2])
    assert reference in await second.text()
    await second.go(f"{case}/sign")
    await every_paper_is_on_the_page(second, name)
    await second.page.check("#sign-agreed")
    await second.press("^Sign$")
    await founder.page.locator(
        "#now", has_text="营业执照已发出"
    ).wait_for()  # the done page follows on
    await wait_for(founder, case, "营业执照已发出")
    await the_papers_are_kept(second, case)
    await founder.press("查看和下载执照")
    await wait_for(founder, founder.page.url, "下载执照 PDF")
    await _download_and_check(founder, name)
    await founder.press("生成二维码")
    await founder.press("对方扫码后看到的页面")
    assert "执照有效" in await founder.text()
    assert name in await founder.text()
    anybody = await reader_of(browser, house.address)
    await anybody.go(f"/register?q={name}")
    await anybody.press(name)
    assert FOUNDER[0] in await anybody.text()
    for reader in (founder, second, anybody):
        assert reader.complaints == []


async def every_paper_is_on_the_page(reader: Reader, name: str) -> None:
    """The name, and the text of each paper, above the box that says that one has read them."""
    assert name in await reader.page.inner_text(".yc-signed-name")
    for code, said in (
        ("application", "经营范围"),
        ("articles", "公司名称和住所"),
        ("appointments", "任命下列人员"),
        ("promise", "全体签署人承诺"),
    ):
        paper = reader.page.locator(f"#paper-{code}")
        assert said in (await paper.text_content() or "")
        assert name in (await paper.text_content() or "")
    reading = "p => !!(p.compareDocumentPosition(document.getElementById('sign-agreed')) & 4)"
    assert await reader.page.locator("#paper-promise").evaluate(reading)


async def the_papers_are_kept(reader: Reader, case: str) -> None:
    """Also the second signer has them afterwards, to read and to take along."""
    await reader.go(urlsplit(case).path)
    await reader.press("^Articles of association")
    assert "第一章" in await reader.text()
    file = await reader.page.request.get(f"{case}/papers/articles/pdf")
    assert file.headers["content-type"] == "application/pdf"
    kept = await reader.page.request.get(f"{case}/papers/registration")
    assert "准予" in await kept.text()


async def _download_and_check(reader: Reader, name: str) -> None:
    async with reader.page.expect_download() as coming:
        await reader.page.click("text=下载执照 PDF")
    path = await (await coming.value).path()
    pdf = PdfReader(io.BytesIO(await asyncio.to_thread(path.read_bytes)))
    assert name[:6] in "".join(page.extract_text() for page in pdf.pages).replace(" ", "")


async def test_everything_can_be_filled_in_sent_and_signed_without_javascript(
    house: House, browser: Browser
) -> None:
    founder = await reader_of(browser, house.address, script=False, width=360)
    await founder.sign_in(FOUNDER[2])
    case, _ = await fill_everything(founder)
    await hand_in_the_lease(founder, case)
    await send_for_signing(founder, case)
    await sign(founder, case)
    assert "已签署" in await founder.text()


async def test_an_officer_decides_what_needs_a_person(house: House, browser: Browser) -> None:
    founder = await reader_of(browser, house.address, script=False)
    await founder.sign_in(FOUNDER[2])
    case, name = await fill_everything(founder, kind="shared")
    await hand_in_the_lease(founder, case)
    reference = await send_for_signing(founder, case)
    await sign(founder, case)
    second = await reader_of(browser, house.address, script=False)
    await second.sign_in(SECOND[2])
    await sign(second, case)
    officer = await reader_of(browser, house.address)
    await officer.sign_in("registration@example.invalid")
    await wait_for(officer, f"{house.address}/queue", name)
    await officer.follow(f"text={name}")
    assert "共用或托管地址" in await officer.text()
    await pdf_is_shown(officer)
    await the_desk_is_said(officer, browser, name)
    await mark_the_street(officer)
    assert "待补正" in await officer.text()
    await founder.go(urlsplit(case).path)
    assert "住所材料不清楚" in await founder.text()
    assert reference in await founder.text()
    await put_the_street_right(founder, case)
    await send_for_signing(founder, case)
    for signer in (founder, second):
        await sign(signer, case)
    await approve_with_open_eyes(officer, case, name)
    await founder.go(urlsplit(case).path)
    assert "已登记" in await founder.text()
    assert officer.complaints == []


async def the_desk_is_said(officer: Reader, browser: Browser, name: str) -> None:
    """One takes the case, the other is told who has it; the head sees whose it is and hands it over."""
    case = urlsplit(officer.page.url).path
    head = await reader_of(browser, officer.address, width=360)
    await head.sign_in("registration.head@example.invalid")
    await head.go(case)
    await officer.press("接手")
    assert "经办人：我" in await officer.text()
    await head.follow(head.page.locator(".yc-desk button", has_text="接手"))
    assert "这件由梁守正办理" in await head.text()
    await officer.go("/queue?assigned=mine")
    assert name in await officer.text()
    await officer.go(
        "/queue?assigned=nobody&matter=company-establishment&state=under_review&due=week"
    )
    assert name not in await officer.text()
    await officer.go(case)
    await officer.press("转交")
    await officer.press("转交")
    assert "请选择转交给谁" in await officer.text()
    await officer.page.get_by_label("孟知行").check()
    await officer.press("转交")
    assert "经办人：孟知行" in await officer.text()
    assert "转交办理" in await officer.text()
    await head.go("/department")
    assert "孟知行" in await head.text()
    await head.follow(head.page.locator("table").first.locator("a").first)
    assert name in await head.text()
    assert head.complaints == []


async def approve_with_open_eyes(officer: Reader, case: str, name: str) -> None:
    """On a phone the way to decide is in the first screens, and nothing counts before its page was seen."""
    await officer.page.set_viewport_size({"width": 360, "height": 780})
    await officer.go(urlsplit(case).path)
    button = officer.page.locator(".yc-deeds a", has_text="准予登记")
    box = await button.bounding_box()
    assert box is not None
    assert box["y"] < 2 * 780
    await officer.follow(button)
    said = await officer.text()
    for words in (
        name,
        "望海路 90 号",
        "注册资本",
        "1,000,000 元",
        "林晓舟",
        "共用或托管地址",
        "公司即告成立",
    ):
        assert words in said
    await officer.go(urlsplit(case).path)
    assert "审查中" in await officer.text()
    await officer.follow(button)
    await officer.follow('form[action$="/actions/approve"] button')
    assert "已完成：准予登记" in await officer.text()


async def mark_the_street(officer: Reader) -> None:
    """One answer marked with what is wrong with it; nothing marked is no notice."""
    await officer.press("一次性告知补正")
    await officer.fill({"reason": "住所材料不清楚"})
    await officer.press("一次性告知补正")
    assert "请至少标出一项" in await officer.text()
    assert await officer.page.input_value("#reason") == "住所材料不清楚"
    street = officer.page.locator(".yc-answer", has_text="望海路 88 号").first
    await street.locator("summary").click()
    await street.locator("textarea").fill("与合同上的门牌不一致")
    await officer.press("一次性告知补正")


async def put_the_street_right(founder: Reader, case: str) -> None:
    """The note leads to its field and stands beside it; untouched, it is not sent."""
    assert "1 处要补正" in await founder.text()
    await founder.go(f"{case}/check")
    assert "与合同上的门牌不一致" in await founder.text()
    assert await founder.page.locator("text=补正送签").count() == 0
    await founder.go(urlsplit(case).path)
    await founder.press("住所 · ")
    assert "/form/domicile#domicile-street" in founder.page.url
    note = founder.page.locator("#domicile-street-note")
    assert "与合同上的门牌不一致" in await note.inner_text()
    described = await founder.page.get_attribute("#domicile-street", "aria-describedby")
    assert "domicile-street-note" in (described or "")
    await founder.fill({"domicile-street": "望海路 90 号 6 层 601 室"})
    await founder.press("保存并继续")
    await founder.go(f"{case}/check")
    assert await founder.page.locator("text=补正送签").count() == 1


async def test_wrong_answers_come_back_as_typed_with_a_sentence_beside_them(
    house: House, browser: Browser
) -> None:
    reader = await reader_of(browser, house.address, width=360)
    await reader.sign_in(FOUNDER[2])
    case = await start_case(reader)
    await reader.go(f"{case}/form/people")
    await reader.page.locator("#shareholders-0 summary").first.click()
    await reader.fill(
        {
            "registered-capital-fen": "一百万",
            "shareholders-0-name": "林晓舟",
            "shareholders-0-contributed-by-on-year": "2030",
            "shareholders-0-contributed-by-on-month": "2",
            "shareholders-0-contributed-by-on-day": "30",
        }
    )
    await reader.press("保存并继续")
    said = await reader.text()
    assert "请填写金额" in said
    assert "请填写完整、存在的日期" in said
    assert await reader.page.input_value("#registered-capital-fen") == "一百万"
    assert await reader.page.input_value("#shareholders-0-contributed-by-on-day") == "30"
    await reader.page.click(".govuk-error-summary a >> nth=0")
    await reader.page.wait_for_function("document.activeElement.id === 'registered-capital-fen'")


async def test_what_is_open_is_said_beside_the_answer_to_which_the_check_leads(
    house: House, browser: Browser
) -> None:
    reader = await reader_of(browser, house.address, script=False, width=360)
    await reader.sign_in(FOUNDER[2])
    case = await start_case(reader)
    await reader.go(f"{case}/check")
    await reader.follow(".govuk-error-summary a:has-text('注册资本')")
    assert "/form/people" in reader.page.url
    said = await reader.page.inner_text("#registered-capital-fen-error")
    assert "请填写“注册资本”" in said
    assert await reader.page.locator("#domicile-street-error").count() == 0


async def test_two_windows_on_one_form_do_not_overwrite_each_other(
    house: House, browser: Browser
) -> None:
    one = await reader_of(browser, house.address)
    await one.sign_in(FOUNDER[2])
    case = await start_case(one)
    other = await one.page.context.new_page()
    await other.goto(f"{case}/form/domicile")
    await one.go(f"{case}/form/domicile")
    await one.fill({"employees": "3"})
    await one.press("以后再填")
    await other.fill("#employees", "9")
    async with other.expect_navigation(wait_until="load"):
        await other.click("text=保存，以后再填")
    assert "这一页刚在别的窗口改过" in await other.inner_text("main")
    assert await other.input_value("#employees") == "9"
    await one.go(f"{case}/form/domicile")
    assert await one.page.input_value("#employees") == "3"


async def test_a_taken_name_says_why_and_offers_free_ones(house: House, browser: Browser) -> None:
    reader = await reader_of(browser, house.address)
    await reader.sign_in(SECOND[2])
    name = fresh_name()
    for step in ("查一查", "保留这个名称"):
        if step == "查一查":
            await reader.go("/names/new")
            await reader.choose("region_code", "980101")
            await reader.fill({"name": name})
        await reader.press(step)
    await reader.go("/names/new")
    await reader.choose("region_code", "980102")
    await reader.fill({"name": name})
    await reader.page.locator("#verdict .yc-verdict").wait_for()
    await reader.look()
    said = await reader.text()
    assert "不得使用" in said
    assert "还可以用的名称" in said


async def test_staff_pages_have_no_barrier(house: House, browser: Browser) -> None:
    officer = await reader_of(browser, house.address)
    await officer.sign_in("registration.head@example.invalid")
    assert officer.page.url.endswith("/queue")
    await officer.go("/queue?all=1")
    await officer.go("/queue?reference=R00000000-000000")
    tax = await reader_of(browser, house.address, width=360)
    await tax.sign_in("tax@example.invalid")
    assert tax.page.url.endswith("/tasks")
    for pile in ("pending", "receipted", "needs_person"):
        await tax.go(f"/tasks?state={pile}")
    await tax.go("/queue")
    assert "您不能查看或办理这一项" in await tax.text()
    assert officer.complaints + tax.complaints == []


async def picture_is_drawn(officer: Reader) -> None:
    picture = officer.page.locator("img.yc-file")
    await picture.scroll_into_view_if_needed()
    drawn = "img => img.decode().then(() => img.naturalWidth)"
    assert await picture.evaluate(drawn) == 120


async def pdf_is_shown(officer: Reader) -> None:
    """In a frame of this page and nowhere else; as a file it is still there to keep."""
    async with officer.page.expect_response(lambda r: r.url.endswith("/view")) as coming:
        await officer.page.click("summary:has-text('在这里看')")
    shown = await (await coming.value).all_headers()
    assert shown["content-disposition"] == "inline"
    assert shown["x-frame-options"] == "SAMEORIGIN"
    assert "default-src 'none'" in shown["content-security-policy"]
    href = await officer.page.get_attribute("#files + ul li a", "href")
    kept = await officer.page.request.get(f"{officer.address}{href}")
    assert kept.headers["content-disposition"].startswith("attachment")


async def test_a_refusal_says_why_and_what_one_can_do_and_the_answers_begin_anew(
    house: House, browser: Browser
) -> None:
    founder = await reader_of(browser, house.address, width=360)
    await founder.sign_in(FOUNDER[2])
    case, name = await fill_everything(founder, kind="shared")
    await hand_in_the_lease(founder, case, picture=True)
    await send_for_signing(founder, case)
    await sign(founder, case)
    second = await reader_of(browser, house.address, script=False)
    await second.sign_in(SECOND[2])
    await sign(second, case)
    officer = await reader_of(browser, house.address)
    await officer.sign_in("registration@example.invalid")
    await wait_for(officer, f"{house.address}/queue", name)
    await officer.follow(f"text={name}")
    await picture_is_drawn(officer)
    await officer.press("不予登记")
    await picture_is_drawn(officer)
    form = 'form[action$="/actions/refuse"]'
    await officer.follow(f"{form} button")
    assert "请填写“理由”" in await officer.text()
    await officer.page.fill(f"{form} textarea", "同一地址已登记企业过多，不符合分区管理规定")
    await officer.follow(f"{form} button")
    await founder.go(urlsplit(case).path)
    said = await founder.page.inner_text(".yc-ruling")
    for words in (
        "不予登记",
        "市场监督管理局",
        "同一地址已登记企业过多",
        "第20条",
        "人民政府",
        "人民法院",
    ):
        assert words in said
    await founder.press("看决定书")
    assert "决定不予登记" in await founder.text()
    await founder.go(urlsplit(case).path)
    await founder.press("沿用所填内容，重新办理")
    assert founder.page.url != case
    assert "已填好" in await founder.text()
    for reader in (founder, officer):
        assert reader.complaints == []
