"""What the description of the API says of the documents that the rules read, and of questions that they refuse."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from cle.core.openapi import problem
from compliance.rules.suppose import supposition_schema

REFERENCES = "#/components/schemas/{model}"
_UNRECORDED = "The rules of the bar ask for something that is not recorded."
REFUSED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "/explanation": _UNRECORDED,
        "/what-if": _UNRECORDED,
        "/me/consents/text": "The bar has no number to process personal data under, or there is no text yet.",
        "/erasure": "This person is a member, has something open, or is erased already; `type` says which.",
    }
)
"""Why a question is refused by the rules, by the end of its address."""


def with_rules(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """The parts of a supposition, as the rules themselves read them, and the answer of who cannot be assessed."""
    schema = supposition_schema(REFERENCES)
    parts = schema.pop("$defs", {})
    result["components"]["schemas"].update({**parts, "Supposition": schema})
    for address, operations in result["paths"].items():
        for why in (why for end, why in REFUSED.items() if address.endswith(end)):
            for operation in operations.values():
                operation["responses"]["409"] = problem(why)
    return result
