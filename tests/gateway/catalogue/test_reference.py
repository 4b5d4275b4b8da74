"""The merged document and its page as a reader without a network gets them."""

import hashlib
import json
import re
from pathlib import Path

import httpx
import jsonschema_rs
import pytest
from fastapi import FastAPI
from playwright.async_api import async_playwright

from gateway.catalogue import routes
from tests.fixtures.browser import require_chromium

STATIC = Path(routes.__file__).parent / "static"


@pytest.fixture
async def client():
    app = FastAPI(openapi_url=None)
    app.include_router(routes.router)
    app.mount("/reference/files", routes.static)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield client


async def test_the_merged_document_has_every_path_of_every_service(client):
    merged = (await client.get("/openapi.json")).json()
    for service in routes.SERVICES:
        one = json.loads((routes.DOCUMENTS / f"{service}.json").read_text(encoding="utf-8"))
        assert set(one["paths"]) <= set(merged["paths"])
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(merged)))
    assert references <= set(merged["components"]["schemas"])
    ids = [o["operationId"] for i in merged["paths"].values() for o in i.values()]
    assert len(ids) == len(set(ids))


async def test_every_schema_of_the_merged_document_is_valid_json_schema(client):
    merged = (await client.get("/openapi.json")).json()
    for name, schema in merged["components"]["schemas"].items():
        assert jsonschema_rs.meta.is_valid(
            {**schema, "$schema": "https://json-schema.org/draft/2020-12/schema"}
        ), name


async def test_a_document_that_did_not_change_is_not_sent_again(client):
    first = await client.get("/openapi.json")
    again = await client.get("/openapi.json", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_the_page_names_nothing_outside_and_runs_no_inline_script(client):
    page = await client.get("/reference")
    assert "script-src 'self';" in page.headers["content-security-policy"]
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page.text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", page.text)
    assert not re.search(r"\son\w+=", page.text)
    for file in re.findall(r'"/reference/files/([^"]+)"', page.text):
        assert (await client.get(f"/reference/files/{file}")).status_code == 200


def test_the_vendored_reader_is_the_one_that_is_noted():
    digest = hashlib.sha256((STATIC / "vendor/rapidoc-min.js").read_bytes()).hexdigest()
    assert digest in (STATIC / "vendor/README.md").read_text(encoding="utf-8")


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
async def test_the_page_shows_every_service_in_a_browser_without_a_complaint(client, width):
    """Chromium asks, this test answers from the app: anything else is a request to outside."""
    path, complaints = require_chromium(), []

    async def answer(route):
        address = httpx.URL(route.request.url)
        if address.host != "gateway.test":
            complaints.append(f"asked for {address}")
            await route.abort()
            return
        if address.path == "/static/seal.svg":
            await route.fulfill(status=204)
            return
        reply = await client.get(address.raw_path.decode())
        await route.fulfill(status=reply.status_code, headers=reply.headers, body=reply.content)

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": width, "height": 900})
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: complaints.append(str(e)))
        await page.route("**/*", answer)
        await page.goto("http://gateway.test/reference")
        for label in ("登记", "金融", "载体", "门户"):
            await page.get_by_text(label).first.wait_for(timeout=60_000)
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await page.evaluate(overflow) <= 0
        await browser.close()
    assert complaints == []
