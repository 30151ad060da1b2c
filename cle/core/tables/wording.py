"""Messages with numbers in them that are still translated only when they are shown."""

from __future__ import annotations

from typing import cast

from django.utils.functional import Promise, lazy


def _fill(template: Promise | str, values: dict[str, object]) -> str:
    return str(template) % values


_filled = lazy(_fill, str)


def filled(template: Promise | str, **values: object) -> Promise:
    """A lazy message with its ``%(name)s`` places filled in at display time, in the reader's language."""
    return cast("Promise", _filled(template, values))
