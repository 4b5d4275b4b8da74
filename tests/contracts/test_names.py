"""Two shapes of one name in a document are told apart by their module's path: no generator takes that."""

import json

import pytest

from deploy.local.account import CHECKOUT

DOCUMENTS = sorted((CHECKOUT / "contracts" / "openapi").glob("*.json"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_shape_has_a_name_of_its_own(path) -> None:
    schemas = json.loads(path.read_text(encoding="utf-8"))["components"]["schemas"]
    assert [name for name in schemas if "__" in name] == []
    titles = [schema["title"] for schema in schemas.values() if "title" in schema]
    assert len(titles) == len(set(titles))
