"""Lists cut by key: a page begins after the last row of the one before, however the list has grown meanwhile."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from cle.core.problems import InvalidParametersError


class KeysetPagination(BasePagination):
    """Pages of ``page_size`` rows as {next, results}; ``next`` is the address of the next page, or null.

    A list instead of a queryset is the first page as it was read in this order, with the row after it if there is one.

    ``ordering`` are columns of the rows' own table, or annotations of them, never null, that together tell every two
    rows apart; ``ordering_for`` may choose another for what a view was asked.
    The cursor is opaque to the reader. It says where to go on, not whose rows: those are the view's to choose.
    """

    page_size: ClassVar[int] = 100
    ordering: ClassVar[tuple[str, ...]] = ("-pk",)
    parameter: ClassVar[str] = "cursor"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self._request, self._ordering = request, self.ordering_for(view)
        found = queryset if isinstance(queryset, list) else self._read_on(queryset)
        self._last = found[self.page_size - 1] if len(found) > self.page_size else None
        return found[: self.page_size]

    def _read_on(self, queryset: Any) -> list[Any]:
        """The rows behind the cursor: those of the page, and one more where there is one."""
        rows = queryset.order_by(*self._ordering)
        if cursor := self._request.query_params.get(self.parameter):
            rows = rows.filter(self._after(self._decoded(cursor, rows)))
        return list(rows[: self.page_size + 1])

    def ordering_for(self, view: Any) -> tuple[str, ...]:
        return self.ordering

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self._next(), "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        following = {"type": ["string", "null"], "format": "uri", "description": "the next page"}
        properties = {"next": following, "results": schema}
        return {"type": "object", "required": ["next", "results"], "properties": properties}

    def _next(self) -> str | None:
        if self._last is None:
            return None
        cursor = self._encoded([getattr(self._last, name) for name in self._columns()])
        return replace_query_param(self._request.build_absolute_uri(), self.parameter, cursor)

    def _columns(self) -> list[str]:
        return [name.removeprefix("-") for name in self._ordering]

    def _after(self, values: Sequence[Any]) -> Q:
        """Rows behind ``values``: beyond in the first column, or level there and beyond in the next, and so on."""
        behind, level = Q(), Q()
        for name, value in zip(self._ordering, values, strict=True):
            column, beyond = name.removeprefix("-"), "lt" if name.startswith("-") else "gt"
            behind |= level & Q(**{f"{column}__{beyond}": value})
            level &= Q(**{column: value})
        first, beyond = self._columns()[0], "lte" if self._ordering[0].startswith("-") else "gte"
        return Q(**{f"{first}__{beyond}": values[0]}) & behind  # said twice, for an index to begin there

    def _encoded(self, values: Sequence[Any]) -> str:
        text = json.dumps([str(value) for value in values], separators=(",", ":"))
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def _decoded(self, cursor: str, rows: QuerySet[Any]) -> list[Any]:
        try:
            texts = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
                raise ValueError("not a list of texts")
            if "\0" in "".join(texts).encode().decode():  # neither that nor half a character can be asked for
                raise ValueError("not a text")
            return [self._read(rows, name, text) for name, text in zip(self._columns(), texts, strict=True)]
        except (ValueError, ValidationError, RecursionError) as error:
            raise InvalidParametersError({self.parameter: [_("Not an address that this list has given.")]}) from error

    def _read(self, rows: QuerySet[Any], name: str, text: str) -> Any:
        column: Any = rows.model._meta.pk if name == "pk" else None
        if made := rows.query.annotations.get(name):
            column = made.output_field
        return (column or rows.model._meta.get_field(name)).to_python(text)
