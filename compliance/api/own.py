"""What an advocate may read of themselves. There is no key in any address: the rows are those of who is asking."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from cle.core.answers import rows_as
from compliance.api.scoping import OwnScopedView
from compliance.api.serializers import PeriodSerializer, ProfileSerializer
from compliance.queries import desk


class Profile(OwnScopedView):
    """Who the bar has you down as."""

    serializer_class = ProfileSerializer

    def get(self, request: Request) -> Response:
        return Response(ProfileSerializer(self.advocate).data)


class Standings(OwnScopedView):
    """All periods, the newest first; as many as years under the duty, so never more than one page."""

    serializer_class = PeriodSerializer

    def narrow(self, request: Request) -> None:
        """Whoever has standings is an advocate: only of others is that asked by itself."""
        self.periods = desk.periods_of(self.user)
        if not self.periods:
            super().narrow(request)

    @extend_schema(responses=inline_serializer("Periods", {"results": PeriodSerializer(many=True)}))
    def get(self, request: Request) -> Response:
        return Response({"results": rows_as(PeriodSerializer, self.periods)})


@extend_schema(exclude=True)
class Nothing(OwnScopedView):
    """Every other address of the API: a problem document, where the site itself would answer with a page."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound
