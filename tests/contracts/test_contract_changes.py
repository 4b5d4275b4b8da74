"""Which changes of a contract break those who rely on it."""

import copy

import pytest

from deploy.contract_changes import breaking_changes

THING = {
    "type": "object",
    "required": ["id", "state"],
    "properties": {
        "id": {"type": "string"},
        "state": {"type": "string", "enum": ["open", "closed"]},
        "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
    },
}
PART = {
    "type": "object",
    "properties": {"n": {"type": "integer"}, "inner": {"$ref": "#/components/schemas/Part"}},
}
OPEN = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "kind": {"type": "string", "enum": ["a", "b"]}},
}


def body(name):
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}


@pytest.fixture
def before():
    return {
        "paths": {
            "/things": {
                "post": {
                    "parameters": [{"in": "query", "name": "q", "required": False}],
                    "requestBody": {"required": True, **body("Open")},
                    "responses": {"201": body("Thing"), "409": {}},
                },
                "get": {"responses": {"200": body("Thing")}},
            }
        },
        "components": {"schemas": copy.deepcopy({"Thing": THING, "Part": PART, "Open": OPEN})},
    }


@pytest.fixture
def after(before):
    return copy.deepcopy(before)


def schemas(document):
    return document["components"]["schemas"]


def test_the_same_document_breaks_nothing(before, after):
    assert breaking_changes(before, after) == []


def test_additions_break_nothing(before, after):
    schemas(after)["Thing"]["properties"]["more"] = {"type": "string"}
    schemas(after)["Thing"]["properties"]["state"]["enum"].append("new")
    schemas(after)["Open"]["properties"]["more"] = {"type": "string"}
    schemas(after)["Open"]["properties"]["kind"]["enum"].append("c")
    after["paths"]["/others"] = {"get": {"responses": {"200": {}}}}
    after["paths"]["/things"]["post"]["responses"]["422"] = {}
    after["paths"]["/things"]["post"]["parameters"].append({"in": "query", "name": "r"})
    assert breaking_changes(before, after) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda d: d["paths"].pop("/things"), "POST /things is gone"),
        (lambda d: d["paths"]["/things"].pop("get"), "GET /things is gone"),
        (lambda d: schemas(d)["Thing"]["properties"].pop("state"), "201.state is gone"),
        (lambda d: schemas(d)["Part"]["properties"].pop("n"), "201.parts[].n is gone"),
        (
            lambda d: schemas(d)["Thing"]["properties"].update(id={"type": "integer"}),
            "201.id changed from string to integer",
        ),
        (lambda d: schemas(d)["Thing"]["required"].remove("id"), "201.id may now be missing"),
        (lambda d: schemas(d)["Open"]["properties"].pop("kind"), "body.kind is gone"),
        (lambda d: schemas(d)["Open"]["required"].append("kind"), "body.kind is now required"),
        (
            lambda d: schemas(d)["Open"]["properties"]["kind"]["enum"].remove("b"),
            "body.kind no longer takes b",
        ),
        (
            lambda d: d["paths"]["/things"]["post"]["parameters"].append(
                {"in": "header", "name": "X", "required": True}
            ),
            "header parameter X is now required",
        ),
        (
            lambda d: d["paths"]["/things"]["post"]["parameters"].clear(),
            "query parameter q is gone",
        ),
        (
            lambda d: d["paths"]["/things"]["post"]["responses"].pop("201"),
            "status 201 is gone",
        ),
    ],
)
def test_what_is_taken_away_or_demanded_is_told(before, after, change, expected):
    change(after)
    assert any(expected in told for told in breaking_changes(before, after))
