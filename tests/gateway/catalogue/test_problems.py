"""Where the `type` of a refusal leads."""

import orjson

from gateway.catalogue.problems import meanings
from gateway.catalogue.routes import DOCUMENTS, merged_document
from kit.errors import catalogue
from services.carriers.composition import SERVICE as CARRIERS
from services.finance.composition import SERVICE as FINANCE
from services.registration.composition import SERVICE as REGISTRATION


def test_every_code_that_an_operation_can_give_is_explained() -> None:
    known = meanings()
    document, _ = merged_document()
    assert "pool_exhausted" in known
    assert known["pool_exhausted"].status == 422
    assert any(
        "/contracts" in where or "actions" in where for where in known["pool_exhausted"].given_by
    )
    for code, meaning in known.items():
        assert meaning.title.zh
        assert meaning.title.en
        assert 400 <= meaning.status < 600, code
    assert len(document) > 0
    assert len(known) > 100


def test_every_code_of_every_service_is_explained_also_those_that_only_an_effect_raises() -> None:
    """`GET /codes` of a service lists them, and the `type` of a refusal leads to them. The gateway knows of
    them by the documents alone: in this process their classes are loaded, in its own they are not."""
    for service in (CARRIERS, FINANCE, REGISTRATION):
        home = f"services.{service.name}."
        declared = {kind.code for kind in catalogue() if kind.__module__.startswith(home)}
        document = orjson.loads((DOCUMENTS / f"{service.name}.json").read_bytes())
        assert len(declared) > 10
        assert sorted(declared - document["x-problems"].keys()) == []


def test_a_meaning_is_an_authors_and_not_inherited() -> None:
    said = [one.meaning for one in meanings().values() if one.meaning]
    assert len(said) > 20
    assert not any("Subclasses fix" in meaning for meaning in said)
