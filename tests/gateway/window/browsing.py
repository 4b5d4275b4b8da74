"""A person in front of the pages: a real Chromium, and the looks that every page must pass.

`look` holds each page to what issue 2 asks: no axe finding, no sideways scroll, at 1280 and at 360 px.
Without script axe cannot run either, so those readers only walk.
"""

import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page

AXE = (Path(__file__).parent / "vendor" / "axe-4.14.1.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
WIDTHS = ((1280, 900), (360, 760))
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TOKEN = re.compile(r'(?<=name="csrf_token" value=")[^"]*')
BARE_CODE = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
FOUND_GOOD: set[str] = set()  # pages that were looked at before, to the letter: sign-in, mostly
PASSWORD = "Yichuang-demo-2026"


@dataclass
class Reader:
    """One browser window. `looked_at` counts the looks: pages × widths."""

    page: Page
    address: str
    script: bool
    looked_at: int = 0
    complaints: list[str] = field(default_factory=list)

    async def go(self, path: str) -> None:
        """Open a path of the house and look at it."""
        await self.page.goto(path if path.startswith("http") else self.address + path)
        await self.look()

    async def press(self, name: str, *, index: int = 0) -> None:
        """Press the button or link in the page's main part that carries this text."""
        main = self.page.locator("main")
        found = main.locator("button.govuk-button, a.govuk-button, a.govuk-link").filter(
            has_text=re.compile(name)
        )
        await self.follow(found.nth(index))

    async def follow(self, what: Locator | str) -> None:
        """Click what leads to another page, wait for that page and look at it."""
        found = self.page.locator(what).first if isinstance(what, str) else what
        async with self.page.expect_navigation(wait_until="load"):
            await found.click()
        await self.look()

    async def fill(self, answers: dict[str, str]) -> None:
        """Fill inputs by id."""
        for name, value in answers.items():
            await self.page.fill(f"#{name}", value)

    async def choose(self, name: str, value: str) -> None:
        """Choose an option by the input's name, whether it is a list or a set of buttons."""
        if await self.page.locator(f'select[name="{name}"]').count():
            await self.page.select_option(f'select[name="{name}"]', value)
        else:
            await self.page.check(f'input[name="{name}"][value="{value}"]')

    async def sign_in(self, username: str) -> None:
        await self.go("/sign-in")
        await self.fill({"username": username, "password": PASSWORD})
        await self.press("登录|Sign in")

    async def text(self) -> str:
        return await self.page.inner_text("main")

    async def look(self) -> None:
        """No machine's code to read, no axe finding, no sideways scroll, at both widths; afterwards the
        window is as it was."""
        bare = BARE_CODE.findall(await self.page.inner_text("body"))
        assert not bare, f"{self.page.url} shows {bare[:3]} where a name belongs"
        if not self.script:
            return
        self.looked_at += len(WIDTHS)
        html = await self.page.evaluate("document.documentElement.outerHTML")
        seen = hashlib.sha256(TOKEN.sub("", html).encode()).hexdigest()
        if seen in FOUND_GOOD:
            return
        before = self.page.viewport_size
        await self.page.evaluate(AXE)
        for width, height in WIDTHS:
            await self.page.set_viewport_size({"width": width, "height": height})
            where = f"{self.page.url} at {width}"
            wider = await self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wider <= 0, f"{where} scrolls sideways by {wider} px"
            found: list[dict[str, Any]] = await self.page.evaluate(
                "async tags => (await axe.run(document,"
                " {runOnly: tags, resultTypes: ['violations']})).violations",
                TAGS,
            )
            said = [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found]
            assert not found, f"{where}: {json.dumps(said, ensure_ascii=False)}"
        FOUND_GOOD.add(seen)
        if before:
            await self.page.set_viewport_size(before)
            await self.page.evaluate(DRAWN)  # a click before that meets the page of the other width


async def reader_of(
    browser: Browser,
    address: str,
    *,
    script: bool = True,
    width: int = 1280,
    language: str = "zh-CN",
) -> Reader:
    """A fresh window: no cookies, one language, with or without JavaScript."""
    context = await browser.new_context(
        viewport={"width": width, "height": 800},
        locale=language,
        java_script_enabled=script,
        accept_downloads=True,
    )
    page = await context.new_page()
    page.set_default_timeout(30_000)
    reader = Reader(page, address, script)
    # a policy that is broken is said on the console only
    page.on(
        "console",
        lambda m: reader.complaints.append(m.text) if "Content Security Policy" in m.text else None,
    )
    page.on("pageerror", lambda e: reader.complaints.append(str(e)))
    return reader
