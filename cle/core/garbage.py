"""Python's search for cycles, which costs a third of all work that makes objects by the hundred thousand."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_cycles_sought() -> Iterator[None]:
    """Put the search off until the block is over: for bounded work whose objects have no cycles and are kept anyway.

    Other threads of the process wait for it too, and lose nothing but memory for so long.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
