"""The published cases against the engine: every one is translated, every expected figure is read somewhere."""

import importlib
import pkgutil

import pytest

from tests.compliance.rules import cases
from tests.compliance.rules.cases.case import PUBLISHED, Case

MODULES = [
    importlib.import_module(f"{cases.__name__}.{module.name}")
    for module in pkgutil.iter_modules(cases.__path__)
    if module.name not in ("case",)
]
TRANSLATED: dict[str, Case] = {key: case for module in MODULES for key, case in module.CASES.items()}
LATER: dict[str, str] = {key: why for module in MODULES for key, why in getattr(module, "LATER", {}).items()}


def test_every_case_is_translated_or_waits_for_a_named_feature():
    assert set(TRANSLATED) | set(LATER) == set(PUBLISHED)
    assert not set(TRANSLATED) & set(LATER)


@pytest.mark.parametrize("key", sorted(TRANSLATED))
def test_case(key):
    case, expected = TRANSLATED[key], PUBLISHED[key]["expected"]
    assert set(case.reads) | set(case.elsewhere) == set(expected), "each expectation is read, or said to lie elsewhere"
    result = case.result()
    found = {name: case.read(result, name) for name in case.reads}
    assert found == {name: expected[name] for name in case.reads}
