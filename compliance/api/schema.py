"""What the description of the API says of the documents that the rules read."""

from __future__ import annotations

from typing import Any

from cle.core.openapi import problem
from compliance.rules.suppose import supposition_schema

REFERENCES = "#/components/schemas/{model}"


def with_rules(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """The parts of a supposition, as the rules themselves read them, and the answer of who cannot be assessed."""
    schema = supposition_schema(REFERENCES)
    parts = schema.pop("$defs", {})
    result["components"]["schemas"].update({**parts, "Supposition": schema})
    why = "The rules of the bar ask for something that is not recorded."
    for address, operations in result["paths"].items():
        if address.endswith(("/explanation", "/what-if")):
            for operation in operations.values():
                operation["responses"]["409"] = problem(why)
    return result
