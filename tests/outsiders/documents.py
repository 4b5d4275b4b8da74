"""The documents as the front door serves them, and one that must be refused, as files."""

import json
from pathlib import Path
from typing import Any

from gateway.catalogue.edge_answers import add_edge_answers
from gateway.catalogue.routes import DOCUMENTS, SERVICES, merged_document

MERGED = "platform"


def write_documents(folder: Path) -> list[str]:
    """Writes `{name}.json` for each service and for all of them together. Returns the names."""
    for name in SERVICES:
        document = json.loads((DOCUMENTS / f"{name}.json").read_bytes())
        add_edge_answers(document, proxied=name != "gateway")
        _write(folder, name, document)
    (folder / f"{MERGED}.json").write_bytes(merged_document()[0])
    return [*SERVICES, MERGED]


def write_bad_document(folder: Path) -> str:
    """A document whose body field, list and query text have no bound: a linter that finds nothing in it is
    not looking."""
    document = json.loads((DOCUMENTS / "registration.json").read_bytes())
    operation = next(
        o for item in document["paths"].values() for o in item.values() if "requestBody" in o
    )
    operation["requestBody"]["content"] = {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "many": {"type": "array", "items": {"type": "boolean"}},
                },
            }
        }
    }
    operation.setdefault("parameters", []).append(
        {"name": "row_id", "in": "query", "schema": {"type": "integer", "ge": 1}}
    )
    operation["parameters"].append({"name": "word", "in": "query", "schema": {"type": "string"}})
    _write(folder, "bad", document)
    return "bad"


def _write(folder: Path, name: str, document: dict[str, Any]) -> None:
    (folder / f"{name}.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
