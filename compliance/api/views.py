"""What an advocate may read of themselves. There is no key in any address: the rows are those of who is asking."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.models import Advocate
from cle.core.pagination import KeysetPagination
from compliance.api.parameters import PageParameters, Parameters, TranscriptParameters, read_parameters
from compliance.api.serializers import CertificateSerializer, EntrySerializer, PeriodSerializer, ProfileSerializer
from compliance.models import Certificate
from compliance.queries import desk
from courses.models import Entry


class PrivateView(GenericAPIView[Any]):
    """Answers about people: 401 for strangers, 400 for odd parameters, and nothing is kept on the way."""

    parameters: ClassVar[type[Parameters]] = Parameters
    asked: dict[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.narrow(request)
        self.asked = read_parameters(self.parameters, request.query_params)

    def narrow(self, request: Request) -> None:
        """Find out whose rows these are. Raises NotFound for everybody whom they do not concern."""
        raise NotFound

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        finished = super().finalize_response(request, response, *args, **kwargs)
        patch_cache_control(finished, private=True, no_store=True)
        return finished


class OwnScopedView(PrivateView):
    """Serves the logged-in advocate; 404 for users who are no advocates."""

    advocate: Advocate

    def narrow(self, request: Request) -> None:
        advocate = desk.advocate_of(request.user)
        if advocate is None:
            raise NotFound(_("Your account is not linked to an advocate."), code="not-an-advocate")
        self.advocate = advocate


class OwnListView(ListModelMixin, OwnScopedView):
    parameters = PageParameters

    def get(self, request: Request) -> Response:
        return self.list(request)


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
