"""Papers that the platform writes: they exist when they should, say what the form says, and hide numbers."""

from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.registration.filings import store
from tests.services.registration.filings.conftest import CHEN, LIN, ZHOU, House, form
from tests.services.registration.filings.test_review import waiting_for_a_person


def _text(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


@pytest.mark.policy("A092")
async def test_papers_follow_the_case(house: House) -> None:
    founder, stranger = house.founder(), house.founder(CHEN)
    case = await house.signing(founder, holders=(LIN, ZHOU))
    path = f"/cases/{case['id']}/papers"
    listed = [p["code"] for p in (await founder.get(path)).json()["items"]]
    assert listed == ["application", "articles", "appointments", "promise"]
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


async def _text_of(reader: Any, case: dict[str, Any], code: str) -> dict[str, Any]:
    reply = await reader.get(f"/cases/{case['id']}/papers/{code}/text")
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def _all_words(paper: dict[str, Any]) -> str:
    cells = [c for b in paper["blocks"] for row in b["rows"] for c in row]
    return "\n".join([b["text"] for b in paper["blocks"]] + cells)


async def test_what_the_second_signer_reads_is_what_was_drafted_signed_and_is_kept(
    house: House,
) -> None:
    founder, second = house.founder(), house.founder(ZHOU)
    draft = await house.draft(founder, form(await house.reserve(founder), holders=(LIN, ZHOU)))
    drafts = (await founder.get(f"/cases/{draft['id']}/paper-drafts")).json()["items"]
    sent = (await house.act(founder, draft, "send_for_signing")).json()
    shown = (await house.read(second, sent, "papers"))["expanded"]["papers"]
    assert [p["code"] for p in shown] == ["application", "articles", "appointments", "promise"]
    assert [p["digest"] for p in shown] == [p["digest"] for p in drafts]
    assert sent["title"] in _all_words(shown[0])
    assert LIN["id_number"] not in _all_words(shown[0])
    await house.sign(founder, sent)
    await house.sign(second, sent)
    async with house.running.app.state.database.reader() as connection:
        rows = await store.signatures_of(connection, sent["id"])
    for row in rows:
        assert row.digest == sent["facts"]["digest"]
        assert row.evidence["papers"] == {p["code"]: p["digest"] for p in shown}
    await house.work()
    kept = (await house.read(second, sent, "papers"))["expanded"]["papers"]
    assert [p["code"] for p in kept][-2:] == ["receipt", "registration"]
    assert [p["digest"] for p in kept[:4]] == [p["digest"] for p in shown]
    assert _all_words(kept[1]).startswith(
        _all_words({**shown[1], "blocks": shown[1]["blocks"][:1]})
    )


async def test_another_form_is_another_paper_and_another_digest(house: House) -> None:
    founder = house.founder()
    case = await house.signing(founder)
    before = await _text_of(founder, case, "application")
    back = (await house.act(founder, case, "reopen")).json()
    saved = await founder.put(
        f"/cases/{case['id']}/form",
        json={"form": back["form"] | {"term_years": 20}},
        version=back["version"],
    )
    assert (await founder.get(f"/cases/{case['id']}/papers")).json()["items"] == []
    again = (await house.act(founder, saved.json(), "send_for_signing")).json()
    after = await _text_of(founder, case, "application")
    assert (before["version"], after["version"]) == (1, 2)
    assert before["digest"] != after["digest"]
    assert again["facts"]["digest"] != case["facts"]["digest"]
    assert "20 年" in _all_words(after)
    every = (await founder.get(f"/cases/{case['id']}/papers?all=true")).json()["items"]
    assert sorted((p["version"], p["current"]) for p in every if p["code"] == "articles") == [
        (1, False),
        (2, True),
    ]
    old = await founder.get(f"/cases/{case['id']}/papers/application?version=1")
    assert old.status_code == 200


async def test_a_kept_paper_cannot_be_rewritten(house: House) -> None:
    case = await house.signing(house.founder())
    async with house.running.app.state.database.reader() as connection:
        with pytest.raises(DBAPIError):
            await connection.execute(
                text("UPDATE papers SET digest = 'x' WHERE case_id = :id"), {"id": case["id"]}
            )


async def test_correction_refusal_and_withdrawal_leave_their_papers(house: House) -> None:
    founder, officer = house.founder(), house.officer()
    case = await waiting_for_a_person(house, founder)
    present = await house.read(officer, case)
    items = [{"pointer": "/shareholders/0/name", "detail": "与身份证不一致"}]
    asked = await house.act(officer, present, "request_correction", reason="请补正", items=items)
    assert asked.status_code == 200, asked.text
    said = _all_words(await _text_of(founder, case, "correction"))
    assert "股东 1·姓名" in said.replace("姓名或企业名称", "姓名")
    assert "与身份证不一致" in said
    mine = await house.read(founder, case)
    assert (await house.act(founder, mine, "withdraw")).status_code == 200
    assert "已撤回" in _all_words(await _text_of(founder, case, "withdrawal"))
    other = await waiting_for_a_person(house, founder)
    refused = await house.act(
        officer, await house.read(officer, other), "refuse", reason="住所不符合规定"
    )
    assert refused.status_code == 200, refused.text
    words = _all_words(await _text_of(founder, other, "refusal"))
    assert "住所不符合规定" in words
    assert "青屿市江湾区人民政府" in words
    pdf = await founder.get(f"/cases/{other['id']}/papers/refusal")
    assert "行政复议" in _text(pdf.content)
