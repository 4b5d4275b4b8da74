"""contracts/calls.toml is true: every address, every subscription and every event is in it."""

import ast
import importlib
import re
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CALLS = tomllib.loads((ROOT / "contracts" / "calls.toml").read_text(encoding="utf-8"))
COMPOSITIONS = {
    "registration": "services.registration.composition",
    "finance": "services.finance.composition",
    "carriers": "services.carriers.composition",
    "gateway": "gateway.composition",
}
# Engines and one's own public name are not calls between parts of the house.
NOT_CALLS = {"database_url", "migration_database_url", "nats_url", "public_url", "rate_storage_url"}
EVENT = re.compile(r"[a-z*]+\.[a-z*-]+\.[a-z*-]+\.v\d+")
VERSIONED = re.compile(r"\.v\d")
DECLARED = {event["type"]: event for event in CALLS["event"]}


def service(name):
    return importlib.import_module(COMPOSITIONS[name]).SERVICE


def shape_of(node):
    """A string of the source with `*` where something is put in, None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(p.value if isinstance(p, ast.Constant) else "*" for p in node.values)
    return None


def event_shapes():
    """(file, shape) of every event type that the code writes down."""
    for folder in ("kit", "services", "gateway"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if VERSIONED.search(text) is None:  # most files: no need of their tree
                continue
            nodes = list(ast.walk(ast.parse(text)))
            joined = (node for node in nodes if isinstance(node, ast.JoinedStr))
            inside = {id(part) for node in joined for part in node.values}
            for node in nodes:
                shape = shape_of(node) if id(node) not in inside else None
                if shape and EVENT.fullmatch(shape):
                    yield path.relative_to(ROOT), shape


SHAPES = sorted(set(event_shapes()))


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_every_address_in_a_services_settings_is_a_declared_call(name):
    fields = type(service(name).settings()).model_fields
    addresses = {field for field in fields if field.endswith("_url")} - NOT_CALLS
    declared = {call["setting"] for call in CALLS["http"] if name in (call["from"], call["to"])}
    if name == "registration":  # its own public address, given to the departments
        declared |= {c["setting"] for c in CALLS["http"] if c["from"] == "departments"}
    if name == "gateway":  # it verifies with its own keys
        addresses -= {"jwks_url"}
    assert addresses <= declared


def test_no_service_calls_a_sibling():
    services = {"registration", "finance", "carriers"}
    for call in CALLS["http"]:
        assert not (call["from"] in services and call["to"] in services)
        assert call["why"]


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_every_subscription_is_declared_and_every_declared_one_exists(name):
    inbox = service(name).worker.inbox
    found = {(consumer.subject, consumer.name) for consumer in inbox.consumers}
    declared = {
        (event["type"], consumer)
        for event in CALLS["event"]
        for consumer in event["consumers"]
        if consumer.startswith(f"{name}-")
    }
    assert found == declared


@pytest.mark.parametrize(("path", "shape"), SHAPES, ids=[f"{p}:{s}" for p, s in SHAPES])
def test_an_event_that_the_code_names_is_declared(path, shape):
    assert any(fnmatchcase(known, shape) for known in DECLARED)


@pytest.mark.parametrize("known", DECLARED)
def test_a_declared_event_is_named_by_code_and_has_a_payload(known):
    assert any(fnmatchcase(known, shape) for _, shape in SHAPES)
    if known.endswith((".case.moved.v1", ".case.reminded.v1")):
        return  # the kit's own payloads, the same for every service
    verb = known.split(".", 2)[2]
    folder = ROOT / "contracts" / "events"
    text = (folder / f"{known.split('.')[0]}.py").read_text(encoding="utf-8")
    assert f"`{known}`" in text or f"`.{verb}`" in text
