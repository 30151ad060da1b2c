from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import call_command


@pytest.fixture(scope="session")
def described(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The description of the API made from the code; any doubt of the generator is an error."""
    file = tmp_path_factory.mktemp("schema") / "openapi.json"
    call_command("spectacular", fail_on_warn=True, format="openapi-json", file=str(file))
    return dict(json.loads(file.read_text(encoding="utf-8")))
