"""Where the `type` of a refusal leads."""

from gateway.catalogue.problems import meanings
from gateway.catalogue.routes import merged_document


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
