"""No address of the API widens what a token reaches: bars are asked for where the token is asked for too."""

from __future__ import annotations

from pathlib import Path

import pytest

import compliance.api

MODULES = sorted(Path(compliance.api.__file__).parent.rglob("*.py"))
WITHOUT_TOKENS = {"tokens.py": "whose tokens may not come here: people alone make them"}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_bars_are_found_by_token_and_role_together(module: Path) -> None:
    """``open_bars`` and ``reached`` in scoping know both; ``Bar.objects.open_to`` knows roles alone."""
    asks = "Bar.objects.open_to(" in module.read_text(encoding="utf-8")
    assert asks == (module.name in WITHOUT_TOKENS)
