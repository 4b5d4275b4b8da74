"""Papers that the platform writes: they exist when they should, say what the form says, and hide numbers."""

from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from pypdf import PdfReader

from services.registration.filings import store
from tests.services.registration.filings.conftest import CHEN, LIN, ZHOU, House


def _text(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


@pytest.mark.policy("A092")
async def test_papers_follow_the_case(house: House) -> None:
    founder, stranger = house.founder(), house.founder(CHEN)
    case = await house.signing(founder, holders=(LIN, ZHOU))
    path = f"/cases/{case['id']}/papers"
    listed = [p["code"] for p in (await founder.get(path)).json()["items"]]
    assert listed == ["application", "articles", "appointments"]
    articles = await founder.get(f"{path}/articles")
    assert articles.headers["content-type"] == "application/pdf"
    said = _text(articles.content)
    assert "周明远" in said
    assert "200,000.00" in said
    application = _text((await founder.get(f"{path}/application")).content)
    assert LIN["id_number"] not in application
    assert (await stranger.get(f"{path}/articles")).status_code == 404
    assert (await founder.get(f"{path}/receipt")).status_code == 404
    await house.sign(founder, case)
    await house.sign(house.founder(ZHOU), case)
    receipt = await founder.get(f"{path}/receipt")
    assert "现予受理" in _text(receipt.content)


async def test_a_paper_shows_no_signature_of_another_form(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the case was sent for signing anew between the two reads."""
    founder = house.founder()
    case = await house.signing(founder)
    await house.sign(founder, case)
    path, read = f"/cases/{case['id']}/papers/articles", store.signatures_of
    assert "签署" in _text((await founder.get(path)).content)

    async def of_another_form(*args: Any) -> list[Any]:
        return [SimpleNamespace(**{**s._mapping, "digest": "another"}) for s in await read(*args)]

    before = _text((await founder.get(path)).content)
    monkeypatch.setattr(store, "signatures_of", of_another_form)
    after = _text((await founder.get(path)).content)
    assert len(after) < len(before)


async def test_paper_is_the_same_bytes_while_the_case_rests(house: House) -> None:
    founder = house.founder()
    case = await house.signing(founder)
    first = await founder.get(f"/cases/{case['id']}/papers/articles")
    second = await founder.get(f"/cases/{case['id']}/papers/articles")
    assert first.content == second.content
