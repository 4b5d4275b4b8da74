"""Four documents into one: nothing lost, nothing confused."""

import copy

import pytest

from gateway.catalogue.edge_answers import add_edge_answers
from gateway.catalogue.merge import described, merge


def document(path, *, schema="View", properties=("id",), operation_id="read"):
    fields = {name: {"type": "string"} for name in properties}
    shown = {"$ref": f"#/components/schemas/{schema}"}
    operation = {
        "summary": "s",
        "tags": ["things"],
        "operationId": operation_id,
        "x-roles": ["founder", "officer"],
        "responses": {
            "200": {"content": {"application/json": {"schema": shown}}},
            "409": {"x-error-codes": ["b_taken", "c_taken"]},
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "2026-11-21"},
        "paths": {path: {"get": operation}},
        "components": {
            "schemas": {schema: {"type": "object", "properties": fields}},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def test_schemas_of_one_name_and_two_meanings_are_kept_apart():
    both = {"finance": document("/a"), "carriers": document("/b", properties=("id", "name"))}
    merged = merge(both)
    assert sorted(merged["components"]["schemas"]) == ["CarriersView", "FinanceView"]
    reply = merged["paths"]["/b"]["get"]["responses"]["200"]["content"]["application/json"]
    assert reply["schema"]["$ref"] == "#/components/schemas/CarriersView"


def test_a_page_of_views_is_kept_apart_where_the_views_are():
    both = {"finance": document("/a"), "carriers": document("/b", properties=("id", "name"))}
    for each in both.values():
        item = {"$ref": "#/components/schemas/View"}
        page = {"properties": {"items": {"type": "array", "items": item}}}
        each["components"]["schemas"]["Page_View_"] = page
    schemas = merge(both)["components"]["schemas"]
    assert sorted(schemas) == [
        "CarriersPage_View_",
        "CarriersView",
        "FinancePage_View_",
        "FinanceView",
    ]
    for service in ("Finance", "Carriers"):
        items = schemas[f"{service}Page_View_"]["properties"]["items"]["items"]
        assert items["$ref"] == f"#/components/schemas/{service}View"


def test_a_schema_that_all_share_keeps_its_name():
    merged = merge({"finance": document("/a"), "carriers": document("/b")})
    assert sorted(merged["components"]["schemas"]) == ["View"]


def test_operation_ids_and_tags_say_whose_they_are():
    merged = merge({"finance": document("/a"), "carriers": document("/b")})
    assert merged["paths"]["/a"]["get"]["operationId"] == "finance_read"
    assert merged["paths"]["/b"]["get"]["tags"] == ["载体 carriers · things"]
    assert [tag["name"] for tag in merged["tags"]] == [
        "金融 finance · things",
        "载体 carriers · things",
    ]
    assert [group["name"] for group in merged["x-tagGroups"]] == ["金融 finance", "载体 carriers"]


def test_roles_and_error_codes_can_be_read_in_the_description():
    text = described(document("/a"))["paths"]["/a"]["get"]["description"]
    assert "`founder`, `officer`" in text
    assert "**409** `b_taken`, `c_taken`" in text


def test_two_services_cannot_claim_one_path():
    with pytest.raises(ValueError, match="/a is claimed"):
        merge({"finance": document("/a"), "carriers": document("/a")})


def test_what_the_edge_can_answer_is_added_and_nothing_else_changed():
    given = document("/a")
    before = copy.deepcopy(given["paths"]["/a"]["get"]["responses"])
    add_edge_answers(given, proxied=True)
    responses = given["paths"]["/a"]["get"]["responses"]
    headers = responses["409"].pop("headers")
    assert set(headers) == {"X-Request-Id", "RateLimit", "RateLimit-Policy"}
    assert responses["409"] == before["409"]
    assert responses["503"]["x-error-codes"] == ["overloaded", "upstream_unavailable"]
    assert responses["429"]["x-error-codes"] == ["rate_limited"]
    assert "Retry-After" in responses["429"]["headers"]
    assert "413" not in responses  # it takes no body


def test_the_documents_themselves_are_left_alone():
    given = {"finance": document("/a"), "carriers": document("/b", properties=("x",))}
    before = copy.deepcopy(given)
    merge(given)
    assert given == before
