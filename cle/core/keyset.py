"""A place in a list, told by the row at it: what follows begins there, however the list has grown meanwhile."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet


@dataclass(frozen=True, slots=True)
class Keyset:
    """``ordering`` are columns of the rows' own table, or annotations of them, never null, that together tell every
    two rows apart. A cursor is opaque to the reader; it says where to go on, not whose rows.
    """

    ordering: tuple[str, ...]

    def cursor_of(self, row: Any) -> str:
        """The place of a row."""
        text = json.dumps([str(getattr(row, name)) for name in self._columns()], separators=(",", ":"))
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def behind(self, rows: QuerySet[Any], cursor: str) -> QuerySet[Any]:
        """The rows after that place. Raises ValueError on what is no cursor of such a list."""
        return rows.filter(self._after(self._decoded(cursor, rows)))

    def _columns(self) -> list[str]:
        return [name.removeprefix("-") for name in self.ordering]

    def _after(self, values: Sequence[Any]) -> Q:
        """Rows behind ``values``: beyond in the first column, or level there and beyond in the next, and so on."""
        behind, level = Q(), Q()
        for name, value in zip(self.ordering, values, strict=True):
            column, beyond = name.removeprefix("-"), "lt" if name.startswith("-") else "gt"
            behind |= level & Q(**{f"{column}__{beyond}": value})
            level &= Q(**{column: value})
        first, beyond = self._columns()[0], "lte" if self.ordering[0].startswith("-") else "gte"
        return Q(**{f"{first}__{beyond}": values[0]}) & behind  # said twice, for an index to begin there

    def _decoded(self, cursor: str, rows: QuerySet[Any]) -> list[Any]:
        try:
            texts = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
                raise ValueError("not a list of texts")
            if "\0" in "".join(texts).encode().decode():  # neither that nor half a character can be asked for
                raise ValueError("not a text")
            return [self._read(rows, name, text) for name, text in zip(self._columns(), texts, strict=True)]
        except (ValidationError, RecursionError) as error:
            raise ValueError("no cursor") from error

    def _read(self, rows: QuerySet[Any], name: str, text: str) -> Any:
        column: Any = rows.model._meta.pk if name == "pk" else None
        if made := rows.query.annotations.get(name):
            column = made.output_field
        return (column or rows.model._meta.get_field(name)).to_python(text)
