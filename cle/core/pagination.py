"""Lists cut by key: a page begins after the last row of the one before, however the list has grown meanwhile."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from cle.core.keyset import Keyset
from cle.core.problems import InvalidParametersError


class KeysetPagination(BasePagination):
    """Pages of ``page_size`` rows as {next, results}; ``next`` is the address of the next page, or null.

    A view that was asked for a ``limit`` (``view.asked``) has pages of that many rows, as ``next`` goes on saying.
    A list instead of a queryset is the first page as it was read in this order, with the row after it if there is one.

    ``ordering`` are columns of the rows' own table, or annotations of them, never null, that together tell every two
    rows apart; ``ordering_for`` may choose another for what a view was asked.
    The cursor is opaque to the reader. It says where to go on, not whose rows: those are the view's to choose.
    """

    page_size: ClassVar[int] = 100
    ordering: ClassVar[tuple[str, ...]] = ("-pk",)
    parameter: ClassVar[str] = "cursor"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self._request, self._keyset, size = request, Keyset(self.ordering_for(view)), self.size_for(view)
        found = queryset if isinstance(queryset, list) else self._read_on(queryset, size)
        self._last = found[size - 1] if len(found) > size else None
        return found[:size]

    @classmethod
    def size_for(cls, view: Any) -> int:
        """How many rows a page of this view has at most."""
        asked: int = getattr(view, "asked", {}).get("limit", cls.page_size)
        return min(asked, cls.page_size)

    def _read_on(self, queryset: Any, size: int) -> list[Any]:
        """The rows behind the cursor: those of the page, and one more where there is one."""
        rows = queryset.order_by(*self._keyset.ordering)
        if cursor := self._request.query_params.get(self.parameter):
            rows = self._behind(rows, cursor)
        return list(rows[: size + 1])

    def _behind(self, rows: Any, cursor: str) -> Any:
        try:
            return self._keyset.behind(rows, cursor)
        except ValueError as error:
            raise InvalidParametersError({self.parameter: [_("Not an address that this list has given.")]}) from error

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
        cursor = self._keyset.cursor_of(self._last)
        return replace_query_param(self._request.build_absolute_uri(), self.parameter, cursor)
