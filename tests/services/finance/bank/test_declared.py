"""The finder of undeclared refusals would find one."""

import httpx
import pytest
from fastapi import FastAPI

from tests.services.finance.bank.declared import Declared

app = FastAPI()


@app.get("/bank/things/{thing_id}")
async def read_thing(thing_id: str) -> dict[str, str]:
    return {"id": thing_id}


def reply(status: int, code: str | None = None) -> httpx.Response:
    request = httpx.Request("GET", "http://x/bank/things/1")
    kind = "application/problem+json" if code else "application/json"
    return httpx.Response(
        status, json={"code": code}, headers={"content-type": kind}, request=request
    )


async def test_a_status_or_code_that_stands_in_no_document_is_found() -> None:
    find = Declared(app, "/bank")
    await find(reply(200))
    for wrong in (reply(201), reply(404, "not_found"), reply(200, "not_found")):
        with pytest.raises(AssertionError, match="undeclared"):
            await find(wrong)
