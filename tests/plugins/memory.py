"""Looks for garbage only where some is made; loaded with ``-p``, so that it holds while the tests are collected.

Ten thousand collected tests and the modules that they import live as long as the run does. Left to itself the
collector goes through all of them again and again, which takes a quarter of the time of collecting.
"""

from __future__ import annotations

import gc
from collections.abc import Generator
from typing import Any

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """What is there at the end stays: from then on the collector looks at what tests make, and at that alone."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_unconfigure() -> None:
    """What was kept apart is ordinary again, for whatever looks for unclosed files at the very end."""
    gc.unfreeze()
