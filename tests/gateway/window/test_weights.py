"""What a page costs on a phone's network: bytes over the wire as Chromium counts them, and what it keeps."""

from typing import Any

import httpx
import pytest
from playwright.async_api import Browser

from tests.fixtures.house import House
from tests.gateway.window.browsing import reader_of
from tests.gateway.window.walking import FOUNDER, start_case

FIRST_BYTES, LATER_BYTES = 60_000, 15_000


class Wire:
    """Counts what one page has loaded."""

    def __init__(self) -> None:
        self.bytes = 0

    def arrived(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])

    def taken(self) -> int:
        found, self.bytes = self.bytes, 0
        return found


async def test_the_first_view_is_light_and_every_later_one_lighter(
    browser: Browser, house: House
) -> None:
    reader = await reader_of(browser, house.address, width=360)
    session = await reader.page.context.new_cdp_session(reader.page)
    wire = Wire()
    session.on("Network.loadingFinished", wire.arrived)
    await session.send("Network.enable")
    await reader.page.goto(f"{house.address}/")
    await reader.page.wait_for_load_state("networkidle")
    first = wire.taken()
    later = {}
    for path in ("/", "/matters/company-establishment", "/sign-in", "/contact"):
        await reader.page.goto(house.address + path)
        await reader.page.wait_for_load_state("networkidle")
        later[path] = wire.taken()
    await reader.sign_in(FOUNDER[2])
    case = await start_case(reader)
    for path in (f"{case}/form/people", case, f"{house.address}/cases"):
        wire.taken()
        await reader.page.goto(path)
        await reader.page.wait_for_load_state("networkidle")
        later[path.removeprefix(house.address)] = wire.taken()
    print(f"first view {first} B, later {later}")
    assert 5_000 < first <= FIRST_BYTES
    assert max(later.values()) <= LATER_BYTES, later


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/static/window.css?v=x", "public, max-age=31536000, immutable"),
        ("/static/vendor/govuk-frontend-6.3.0.min.js", "public, max-age=31536000, immutable"),
        ("/", "no-store"),
    ],
)
def test_pages_say_how_long_they_may_be_kept_and_what_they_took(
    house: House, path: str, kept: str
) -> None:
    headers = {"Accept-Encoding": "gzip", "Accept": "text/html"}
    reply = httpx.get(house.address + path, headers=headers, trust_env=False)
    assert reply.headers["cache-control"] == kept
    assert reply.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in reply.headers["vary"]
    assert reply.headers["server-timing"].startswith("app;dur=")


def test_a_forms_token_is_another_each_time(house: House) -> None:
    with httpx.Client(base_url=house.address, trust_env=False) as client:
        pages = [client.get("/sign-in").text for _ in range(2)]
    tokens = [page.split('name="csrf_token" value="')[1].split('"')[0] for page in pages]
    assert tokens[0] != tokens[1]
