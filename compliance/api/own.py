"""What an advocate may read of themselves. There is no key in any address: the rows are those of who is asking."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from cle.core.pagination import KeysetPagination
from compliance.api.parameters import TranscriptParameters
from compliance.api.scoping import OwnListView, OwnScopedView
from compliance.api.serializers import CertificateSerializer, EntrySerializer, PeriodSerializer, ProfileSerializer
from compliance.models import Certificate
from compliance.queries import desk
from courses.models import Entry


class Profile(OwnScopedView):
    """Who the bar has you down as."""

    serializer_class = ProfileSerializer

    def get(self, request: Request) -> Response:
        return Response(ProfileSerializer(self.advocate).data)


class Standings(OwnScopedView):
    """All periods, the newest first; as many as years under the duty, so never more than one page."""

    serializer_class = PeriodSerializer

    @extend_schema(responses=inline_serializer("Periods", {"results": PeriodSerializer(many=True)}))
    def get(self, request: Request) -> Response:
        return Response({"results": PeriodSerializer(desk.periods_of(request.user), many=True).data})


class ByDayEarned(KeysetPagination):
    ordering = ("-earned_on", "-pk")


class Transcript(OwnListView):
    """The ledger, the newest entry first, corrections included: its minutes add up to what was earned."""

    parameters = TranscriptParameters
    serializer_class = EntrySerializer
    pagination_class = ByDayEarned

    def get_queryset(self) -> QuerySet[Entry]:
        columns = {"earned_from": "earned_on__gte", "earned_to": "earned_on__lte", "category": "category__code"}
        asked = {columns[name]: value for name, value in self.asked.items() if name in columns}
        return desk.transcript_of(self.request.user).filter(**asked)


class ByTimeOfIssue(KeysetPagination):
    ordering = ("-issued_at", "-pk")


class Certificates(OwnListView):
    """Your certificates, the newest first."""

    serializer_class = CertificateSerializer
    pagination_class = ByTimeOfIssue

    def get_queryset(self) -> QuerySet[Certificate]:
        return desk.certificates_of(self.request.user)


@extend_schema(exclude=True)
class Nothing(OwnScopedView):
    """Every other address of the API: a problem document, where the site itself would answer with a page."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound
