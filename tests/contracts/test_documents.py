"""What a stranger learns from the committed OpenAPI documents alone, and that the apps say the same."""

import json
import re
from pathlib import Path

import jsonschema_rs
import pytest

from deploy import contracts

SERVICES = ("registration", "finance", "carriers", "gateway")
ROLES = {
    "founder", "officer", "head", "department_officer", "bank", "carrier_operator", "expert",
    "administrator", "portal", "system", "public",
}  # fmt: skip
ROOT = Path(__file__).parents[2]


def document(service):
    path = ROOT / "contracts" / "openapi" / f"{service}.json"
    return json.loads(path.read_text(encoding="utf-8"))


DOCUMENTS = {service: document(service) for service in SERVICES}
OPERATIONS = [
    pytest.param(service, path, method, operation, id=f"{service} {method.upper()} {path}")
    for service, one in DOCUMENTS.items()
    for path, item in one["paths"].items()
    for method, operation in item.items()
    if method in ("get", "put", "post", "delete", "patch")
]
each_operation = pytest.mark.parametrize(("service", "path", "method", "operation"), OPERATIONS)


def bodies(operation):
    """(where, content) of every JSON body that goes in, or out with success."""
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"request {media}", content
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            for media, content in response.get("content", {}).items():
                if media == "application/json":
                    yield f"{status} {media}", content


@each_operation
def test_an_operation_says_what_it_does_and_who_may_call_it(service, path, method, operation):
    assert len(operation.get("summary", "")) > 3
    assert operation.get("tags")
    roles = operation.get("x-roles")
    assert roles, "no roles"
    assert set(roles) <= ROLES
    assert (operation["security"] == []) == (roles == ["public"])


@each_operation
def test_an_operation_names_every_error_code_it_can_give(service, path, method, operation):
    refusals = {s: r for s, r in operation["responses"].items() if s[0] in "45"}
    for status, response in refusals.items():
        content = json.dumps(response.get("content", {}))
        if "OAuthErrorView" in content or '"text/html"' in content:
            continue  # RFC 6749 has its own form and names; a person gets a page
        codes = response.get("x-error-codes")
        assert codes, f"{status} without codes"
        assert all(re.fullmatch(r"[a-z][a-z0-9_]+", code) for code in codes)
        assert list(response["content"]) == ["application/problem+json"]
    if operation["x-roles"] != ["public"]:
        assert {"401", "403"} <= set(refusals)


@each_operation
def test_an_operation_shows_an_example_that_its_own_schema_admits(service, path, method, operation):
    components = DOCUMENTS[service]["components"]
    for where, content in bodies(operation):
        if not content.get("schema"):
            continue
        shown = [content["example"]] if "example" in content else []
        shown += [e["value"] for e in content.get("examples", {}).values()]
        assert shown, f"{where}: no example"
        schema = {**content["schema"], "components": components}
        validator = jsonschema_rs.validator_for(schema)
        for example in shown:
            faults = [f"{e.instance_path}: {e.message}" for e in validator.iter_errors(example)]
            assert not faults, f"{where}: {faults[:3]}"


@each_operation
def test_a_path_follows_the_contract(service, path, method, operation):
    if path.startswith(("/oauth2/", "/.well-known/")):
        return
    name = "window" if service == "gateway" else service
    assert re.match(rf"/api/{name}/(?:bank/)?v\d+/", path)
    for part in path.split("/")[4:]:
        assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:\.\{[a-z_]+\})?|\{[a-z_]+\}", part), part


@pytest.mark.parametrize("service", SERVICES)
def test_json_fields_are_snake_case(service):
    for name, schema in DOCUMENTS[service]["components"]["schemas"].items():
        for field in schema.get("properties", {}):
            assert re.fullmatch(r"\$?[a-z][a-z0-9_]*", field), f"{name}.{field}"


@pytest.mark.parametrize("service", SERVICES)
def test_operation_ids_are_unique(service):
    ids = [o["operationId"] for i in DOCUMENTS[service]["paths"].values() for o in i.values()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("service", SERVICES)
def test_the_committed_document_is_what_the_app_says(service):
    assert contracts.drifted({service: contracts.printed(service)}) == [], "make contracts"
