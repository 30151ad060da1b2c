"""What would break a client is named, what would not is passed over."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.api.changes import breaking

ROW = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
ROWS = {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}}}
BEFORE: dict[str, Any] = {
    "info": {"version": "1"},
    "components": {"schemas": {"Row": ROW}},
    "paths": {
        "/rows": {
            "get": {
                "parameters": [{"in": "query", "name": "name"}],
                "responses": {"200": {"content": {"application/json": ROWS}}},
            },
            "post": {
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Row"}}}},
                "responses": {"201": {}, "400": {}},
            },
        }
    },
}


def changed(*steps: Any) -> dict[str, Any]:
    """The description with the member at ``steps[:-1]`` replaced, or taken out where the last one is None."""
    new = deepcopy(BEFORE)
    *path, last, value = steps
    here: Any = new
    for step in path:
        here = here[step]
    if value is None:
        here.pop(last)
    else:
        here[last] = value
    return new


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (changed("paths", "/rows", None), ["GET /rows: is gone", "POST /rows: is gone"]),
        (changed("paths", "/rows", "post", None), ["POST /rows: is gone"]),
        (changed("paths", "/rows", "get", "parameters", []), ["GET /rows: the parameter name is gone"]),
        (
            changed("paths", "/rows", "get", "parameters", 0, {"in": "query", "name": "name", "required": True}),
            ["GET /rows: the parameter name is needed"],
        ),
        (changed("paths", "/rows", "post", "responses", "201", None), ["POST /rows: never answers 201 any more"]),
        (
            changed("components", "schemas", "Row", "properties", "name", None),
            ["GET /rows: 200[].name is gone", "POST /rows: no longer takes the field name"],
        ),
        (
            changed("components", "schemas", "Row", "properties", "id", {"type": "string"}),
            ["GET /rows: 200[].id is string, was integer"],
        ),
        (changed("components", "schemas", "Row", "required", []), ["GET /rows: 200[].id may be missing"]),
        (changed("components", "schemas", "Row", "required", ["id", "name"]), ["POST /rows: the field name is needed"]),
        (changed("components", "schemas", "Row", "properties", "more", {"type": "string"}), []),
        (changed("paths", "/more", {"get": {"responses": {}}}), []),
        (changed("paths", "/rows", "post", "responses", "400", None), []),
        (BEFORE, []),
    ],
)
def test_what_breaks_a_client_is_named(new: dict[str, Any], said: list[str]) -> None:
    assert breaking(BEFORE, new) == said


def test_a_schema_that_holds_itself_comes_to_an_end() -> None:
    tree = changed("components", "schemas", "Row", "properties", "inner", {"$ref": "#/components/schemas/Row"})
    assert breaking(tree, tree) == []
