"""Documents hold only what other people's tools read, and say sizes where the models hold them."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field

from kit.openapi.tidying import EXACT, tidy


class Sample(BaseModel):
    count: int
    few: Annotated[int, Field(ge=1, le=9)]
    code: Annotated[str, Field(pattern="^[0-9]{6}$")]
    either: Annotated[str, Field(pattern="^a|b$")]
    free: Annotated[str, Field(pattern="^x+$")]
    day: Annotated[date, Field(ge=date(1900, 1, 1))]
    rate: Annotated[Decimal, Field(ge=0, lt=1, decimal_places=6)]
    anything: Any | None = None


def tidied(schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    reply = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Sample"}}}}
    document = {
        "paths": {"/a": {"get": {"responses": {"200": reply}}, **more}},
        "components": {"schemas": {"Sample": schema, "Unused": {"type": "string"}}},
    }
    tidy(document)
    return document


@pytest.fixture(scope="module")
def fields() -> dict[str, Any]:
    document = tidied(Sample.model_json_schema())
    found: dict[str, Any] = document["components"]["schemas"]["Sample"]["properties"]
    return found


def test_a_whole_number_says_what_every_reader_keeps_exactly(fields: dict[str, Any]) -> None:
    assert fields["count"]["format"] == "int64"
    assert (fields["count"]["minimum"], fields["count"]["maximum"]) == (-EXACT, EXACT)
    assert (fields["few"]["minimum"], fields["few"]["maximum"]) == (1, 9)


def test_a_length_is_said_where_the_pattern_bounds_it_and_only_there(
    fields: dict[str, Any],
) -> None:
    assert fields["code"]["maxLength"] == 6
    assert fields["day"]["maxLength"] == 10
    assert "maxLength" not in fields["either"]
    assert "maxLength" not in fields["free"]


def test_no_keyword_is_left_that_no_tool_reads(fields: dict[str, Any]) -> None:
    assert not {"ge", "le", "gt", "lt", "decimal_places", "max_digits"} & {
        key for field in fields.values() for key in field
    }
    assert "anyOf" not in fields["anything"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"type": "integer", "gt": 0, "lt": 9}, {"exclusiveMinimum": 0, "exclusiveMaximum": 9}),
        ({"type": "string", "format": "date", "ge": "1900-01-01"}, {"x-minimum": "1900-01-01"}),
        (
            {"type": "string", "lt": 1, "max_digits": 9},
            {"x-exclusive-maximum": 1, "x-max-digits": 9},
        ),
    ],
)
def test_a_bound_in_other_words_is_said_in_those_of_the_standard(
    given: dict[str, Any], told: dict[str, Any]
) -> None:
    schema = {"properties": {"value": dict(given)}}
    found = tidied(schema)["components"]["schemas"]["Sample"]["properties"]["value"]
    assert told.items() <= found.items()
    assert not {"ge", "le", "gt", "lt", "max_digits"} & found.keys()


def test_what_nothing_refers_to_is_not_told_and_mending_twice_changes_nothing() -> None:
    once = tidied(Sample.model_json_schema())
    assert set(once["components"]["schemas"]) == {"Sample"}
    before = repr(once)
    tidy(once)
    assert repr(once) == before
