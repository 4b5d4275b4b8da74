"""Examples made from schemas: what an author wrote first, else something that the schema admits."""

import jsonschema_rs
import pytest

from kit.examples import add_examples, example_of


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^[0-9]{6}$"},
        {"type": "string", "pattern": "^(root|[0-9]{6})$"},
        {"type": "string", "pattern": "^[0-9A-HJ-NP-RTUWXY]{1,7}$"},
        {"type": "string", "pattern": r"^\d+(\.\d{1,2})?$"},
        {"type": "string", "pattern": "^[^/]+$"},
        {"type": "string", "minLength": 40},
        {"type": "string", "maxLength": 2},
        {"type": "string", "format": "uuid"},
        {"type": "string", "format": "date-time"},
        {"type": "integer", "minimum": 7},
        {"type": "integer", "exclusiveMinimum": 7, "maximum": 9},
        {"type": "integer", "maximum": 0},
        {"type": "array", "items": {"type": "integer"}, "minItems": 3},
        {"anyOf": [{"type": "null"}, {"type": "string", "enum": ["a", "b"]}]},
        {"allOf": [{"type": "object", "properties": {"a": {"const": 1}}, "required": ["a"]}]},
        {"type": "object", "additionalProperties": {"type": "string"}},
    ],
)
def test_an_example_is_admitted_by_its_schema(schema):
    assert jsonschema_rs.validator_for(schema).is_valid(example_of(schema, {}))


def test_the_authors_example_comes_first():
    assert example_of({"type": "string", "examples": ["91980100MA0000001X"]}, {}) == (
        "91980100MA0000001X"
    )


def test_the_contracts_naming_is_followed():
    fields = {n: {"type": "string"} for n in ("opened_at", "due_on", "case_id")}
    fields["amount_fen"] = {"type": "integer"}
    found = example_of({"type": "object", "properties": fields}, {})
    assert found["due_on"] == "2026-11-21"
    assert found["opened_at"].endswith("Z")
    assert found["amount_fen"] == 100_000


def test_a_schema_that_holds_itself_ends():
    schemas = {
        "Region": {
            "type": "object",
            "properties": {"parts": {"type": "array", "items": {"$ref": "#/c/s/Region"}}},
        }
    }
    assert example_of({"$ref": "#/c/s/Region"}, schemas)["parts"]


def test_bodies_and_good_replies_get_one_and_a_given_one_stays():
    schema = {"schema": {"type": "integer"}}
    operation = {
        "requestBody": {"content": {"application/json": {**schema, "example": 7}}},
        "responses": {
            "200": {"content": {"application/json": dict(schema)}},
            "409": {"content": {"application/problem+json": dict(schema)}},
        },
    }
    add_examples({"paths": {"/a": {"post": operation}}})
    assert operation["requestBody"]["content"]["application/json"]["example"] == 7
    assert operation["responses"]["200"]["content"]["application/json"]["example"] == 1
    assert "example" not in operation["responses"]["409"]["content"]["application/problem+json"]
