"""What the providers of a bar have reported and what was posted for them, as the bar's staff read it."""

from __future__ import annotations

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from cle.core.clock import now
from compliance.api.course_parameters import SessionParameters
from compliance.api.parameters import PageParameters
from compliance.api.provider import PostingParameters, postings
from compliance.api.provider_rows import NilReturnSerializer, OwnSessionSerializer, PostingsSerializer
from compliance.api.providers import InOrderOfEntry
from compliance.api.scoping import BarScopedView
from compliance.api.sessions import LatestFirst, asked_of
from courses.models import NilReturn, Provider, Session
from courses.queries.rosters import overdue_of


class ProviderReportView(BarScopedView):
    """About one provider of the bar."""

    purpose = Action.READ_COURSES

    def provider(self) -> Provider:
        found: Provider = get_object_or_404(Provider.objects.for_bar(self.bar), pk=self.kwargs["provider"])
        return found


class ProviderNilReturns(ListModelMixin, ProviderReportView):
    """The statements of a provider that nobody came to a session, or that there was none in a period."""

    parameters = PageParameters
    serializer_class = NilReturnSerializer
    pagination_class = InOrderOfEntry

    def get(self, request: Request, bar: str, provider: int) -> Response:
        return self.list(request)

    def get_queryset(self) -> QuerySet[NilReturn]:
        return NilReturn.objects.for_bar(self.bar).filter(provider=self.provider())


class ProviderOverdue(ListModelMixin, ProviderReportView):
    """The sessions of a provider that were held and of which neither a roster nor a nil return is there.

    Nor is one due where the bar has confirmed the attendance by lists of its own.
    """

    parameters = SessionParameters
    serializer_class = OwnSessionSerializer
    pagination_class = LatestFirst

    def get(self, request: Request, bar: str, provider: int) -> Response:
        return self.list(request)

    def get_queryset(self) -> QuerySet[Session]:
        asked = asked_of(self.asked, self.bar.time_zone)
        return overdue_of(self.provider(), now()).filter(**asked)


class ProviderPostings(ProviderReportView):
    """The credit minutes that were posted for a provider's sessions in a period: what fees are reckoned from."""

    parameters = PostingParameters
    serializer_class = PostingsSerializer

    @extend_schema(responses=PostingsSerializer)
    def get(self, request: Request, bar: str, provider: int) -> Response:
        return postings(self.provider(), self.asked)


ONE = "bars/<str:bar>/providers/<int:provider>"
urls = [
    path(f"{ONE}/nil-returns", ProviderNilReturns.as_view(), name="bar-nil-returns"),
    path(f"{ONE}/overdue", ProviderOverdue.as_view(), name="provider-overdue"),
    path(f"{ONE}/postings", ProviderPostings.as_view(), name="bar-postings"),
]
