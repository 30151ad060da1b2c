"""What anybody may look up without logging in: courses on offer, and the sessions that are coming."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from advocates.models import Language
from cle.core.answers import AnswerSerializer
from cle.core.clock import local_date, now
from cle.core.pagination import KeysetPagination
from compliance.api.parameters import IsoDateField, PageParameters, filters
from compliance.api.public import RememberedList
from compliance.api.serializers import BarSerializer, language
from courses.models import Course, DeliveryFormat, Session
from courses.queries.catalogue import Wanted, coming_sessions, courses_on_offer
from courses.queries.offers import Offer, as_rows, offers, offers_of

FORMATS = [delivery.code for delivery in DeliveryFormat]
ZONE = "Asia/Almaty"
"""Where the day is counted on which a course without sessions is on offer: bars of one country share it."""


class OfferedCategorySerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    minutes = serializers.IntegerField()


class OfferedCourseSerializer(AnswerSerializer, serializers.ModelSerializer[Course]):
    """An accredited course; `minutes` of credit in all and by category. `provider` by name alone."""

    name = serializers.CharField()
    bar = BarSerializer()
    provider = serializers.CharField()
    format = serializers.ChoiceField(choices=FORMATS, source="format_code")
    minutes = serializers.IntegerField(read_only=True)
    categories = serializers.SerializerMethodField()

    class Meta:
        model = Course
        fields = [
            "id", "number", "name", "bar", "provider", "format", "accredited_from", "accredited_until", "minutes",
            "categories",
        ]  # fmt: skip

    @extend_schema_field(OfferedCategorySerializer(many=True))
    def get_categories(self, offer: Offer) -> Any:
        return offer.categories


class ComingSessionSerializer(AnswerSerializer, serializers.ModelSerializer[Session]):
    """A session that is coming, with its course. The link to an online meeting is for those who have registered."""

    course = OfferedCourseSerializer(source="offer")

    class Meta:
        model = Session
        fields = ["id", "starts_at", "ends_at", "place", "language", "speakers", "capacity", "course"]


class CourseSearch(PageParameters):
    category = serializers.SlugField(required=False, max_length=40)
    format = serializers.ChoiceField(required=False, choices=FORMATS)
    bar = serializers.CharField(required=False, max_length=20, help_text="The code of the bar that accredited it.")
    text = serializers.CharField(
        required=False, max_length=100, help_text="Parts of the names of the course or the provider, in any language."
    )


class SessionSearch(CourseSearch):
    """`from` and `to` are days where the session is held, both included."""

    language = serializers.ChoiceField(required=False, choices=Language.choices)
    place = serializers.CharField(required=False, max_length=100)

    def get_fields(self) -> dict[str, Any]:
        days = {"from": IsoDateField(required=False), "to": IsoDateField(required=False)}
        return {**super().get_fields(), **days}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        first, last = attrs.get("from"), attrs.get("to")
        if first and last and last < first:
            raise serializers.ValidationError({"to": _("Must not be before `from`.")})
        return attrs


class CatalogueView(RememberedList):
    @property
    def wanted(self) -> Wanted:
        """What was asked for, by the names that the query has for it."""
        names = {"from": "first", "to": "last"}
        return Wanted(**{names.get(name, name): value for name, value in filters(self.asked).items()})

    def paginate_queryset(self, queryset: Any) -> Any:
        return self.filled(super().paginate_queryset(queryset))

    def filled(self, page: Any) -> Any:
        """The rows of a page with all that is shown of them."""
        raise NotImplementedError


class SoonestFirst(KeysetPagination):
    ordering = ("starts_at", "pk")


class ComingSessions(CatalogueView):
    """The sessions that are coming, the soonest first: of approved courses that are accredited on that day.

    May be kept for five minutes; ask again with `If-None-Match`.
    """

    parameters = SessionSearch
    serializer_class = ComingSessionSerializer
    pagination_class = SoonestFirst

    @extend_schema(auth=[])
    def get(self, request: Request) -> HttpResponse:
        return self.remembered(request)

    def get_queryset(self) -> QuerySet[Session]:
        return coming_sessions(now(), self.wanted)

    def filled(self, page: Any) -> Any:
        found = offers_of((session.course_id for session in page), language())
        for session in page:
            session.offer = found[session.course_id]
        return page


class AsAccredited(KeysetPagination):
    ordering = ("pk",)


class OfferedCourses(CatalogueView):
    """Approved courses whose accreditation holds today, recordings and self-study too.

    May be kept for five minutes; ask again with `If-None-Match`.
    """

    parameters = CourseSearch
    serializer_class = OfferedCourseSerializer
    pagination_class = AsAccredited

    @extend_schema(auth=[])
    def get(self, request: Request) -> HttpResponse:
        return self.remembered(request)

    def get_queryset(self) -> QuerySet[Course, Any]:
        return as_rows(courses_on_offer(local_date(now(), ZONE), self.wanted))

    def filled(self, page: Any) -> Any:
        return offers(page, language())


urls = [
    path("catalogue", ComingSessions.as_view(), name="catalogue"),
    path("catalogue/courses", OfferedCourses.as_view(), name="catalogue-courses"),
]
