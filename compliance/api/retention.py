"""What is due to be erased at a bar, and the word of a person to erase it. A worker does it; it cannot be undone."""

from __future__ import annotations

from typing import Any, ClassVar

from django.apps import apps
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from advocates.acting import beyond_the_wall
from advocates.models import Advocate, FilePart
from cle.core.clock import local_date, now
from cle.core.pagination import KeysetPagination
from compliance.api.bodies import Body
from compliance.api.jobs import JobSerializer, accepted
from compliance.api.once import KEY_PARAMETER, once
from compliance.api.parameters import PageParameters, Parameters
from compliance.api.scoping import BarScopedList, BarScopedView
from compliance.api.serializers import language
from compliance.models import Erasure
from compliance.queries.retention import Rule, due, rules
from compliance.services.erasing import check_erasable, confirm_erasure, confirm_person, words_about

SHOWN = 20
"""Rows of a preview: enough to see what kind of thing it is."""


class RuleSerializer(serializers.Serializer[Any]):
    """Kept for `months` from a day; `due` rows are older. The number is an `example` until the bar approves one."""

    code = serializers.CharField()
    name = serializers.CharField()
    months = serializers.IntegerField()
    counted_from = serializers.CharField()
    ground = serializers.CharField()
    example = serializers.BooleanField()
    before = serializers.DateField()
    due = serializers.IntegerField()


class PreviewSerializer(RuleSerializer):
    """`first` are keys of the rows that have been due for longest."""

    first = serializers.ListField(child=serializers.IntegerField())


class WordsSerializer(serializers.Serializer[Any]):
    """How many rows of a kind would lose their words."""

    record = serializers.CharField()
    rows = serializers.IntegerField()


class PersonSerializer(serializers.Serializer[Any]):
    """`count` is the number to confirm. Days, minutes, statuses and decisions stay, and name nobody any more."""

    count = serializers.IntegerField()
    words = WordsSerializer(many=True)


class ErasureSerializer(serializers.ModelSerializer[Erasure]):
    """`advocate` where one person was erased; `finished_at` is null while a worker is at it."""

    by = serializers.CharField(source="confirmed_by.__str__")

    class Meta:
        model = Erasure
        fields = ["id", "record", "advocate", "before", "counted", "erased", "by", "confirmed_at", "finished_at"]


class CountBody(Body):
    """The number that was shown: confirmed only while it is still the number."""

    count = serializers.IntegerField(min_value=1)


class RecordBody(CountBody):
    record = serializers.ChoiceField(choices=list(rules()))


class RecordParameters(Parameters):
    record = serializers.ChoiceField(choices=list(rules()))


class NewestFirst(KeysetPagination):
    ordering = ("-confirmed_at", "-pk")


class RetentionView(BarScopedView):
    purpose = Action.READ_PRIVACY
    changing: ClassVar[Action | None] = Action.KEEP_PRIVACY

    @beyond_the_wall("what is due to be erased of people who belong to another bar by now")
    def said(self, rule: Rule) -> dict[str, Any]:
        before = rule.before(local_date(now(), self.bar.time_zone))
        rows = due(rule.code, self.bar, before)
        texts = {"name": rule.name[language()], "counted_from": rule.counted_from[language()]}
        figures = {"months": rule.months, "ground": rule.ground, "example": rule.example, "before": before}
        return {"code": rule.code, **texts, **figures, "due": rows.count(), "rows": rows}


class BarScopedRetention(RetentionView):
    """How long each kind of record is kept, and how many are due to be erased today."""

    changing = None
    serializer_class = RuleSerializer

    @extend_schema(
        operation_id="bars_retention_list",
        responses=inline_serializer("Retention", {"results": RuleSerializer(many=True)}),
    )
    def get(self, request: Request, bar: str) -> Response:
        said = [self.said(rule) for rule in rules().values()]
        return Response({"results": RuleSerializer(said, many=True).data})


class DueRecords(RetentionView):
    """How many records of a kind are due today, and the first of them. Nothing changes."""

    changing = None
    parameters = RecordParameters
    serializer_class = PreviewSerializer

    @beyond_the_wall("what is due to be erased of people who belong to another bar by now")
    def get(self, request: Request, bar: str) -> Response:
        said = self.said(rules()[self.asked["record"]])
        first = list(said["rows"].order_by("pk").values_list("pk", flat=True)[:SHOWN])
        return Response(PreviewSerializer({**said, "first": first}).data)


class EraseRecords(RetentionView):
    """Erase what is due of a kind: 202 with a job. It cannot be undone; rows, counts and minutes stay.

    409: "nothing-due", or "count-differs" when another number is due by now.
    """

    serializer_class = RecordBody

    @extend_schema(parameters=[KEY_PARAMETER], responses={202: JobSerializer})
    @once
    def post(self, request: Request, bar: str) -> Response:
        given, moment = self.body(), now()
        today = local_date(moment, self.bar.time_zone)
        made = confirm_erasure(self.bar, given["record"], given["count"], by=self.user, today=today, now=moment)
        return accepted(self, "erasure", {"erasure": made.pk})


class OnePerson(RetentionView):
    """A former member: what is known, and the word to erase it before its time is up."""

    opens = FilePart.OTHER
    serializer_class = CountBody

    def advocate(self, pk: int) -> Advocate:
        return get_object_or_404(Advocate.objects.for_bar(self.bar).select_related("bar"), pk=pk)

    @extend_schema(responses=PersonSerializer)
    def get(self, request: Request, bar: str, advocate: int) -> Response:
        """Which rows would lose their words. Nothing changes.

        409: "erased-before", "membership-open", or "still-open" (a case, a claim or a request).
        """
        person = self.advocate(advocate)
        check_erasable(person)
        found = words_about(person)
        words = [{"record": _named(label), "rows": rows} for label, rows in found.items()]
        return Response(PersonSerializer({"count": sum(found.values()), "words": words}).data)

    @extend_schema(parameters=[KEY_PARAMETER], responses={202: JobSerializer})
    @once
    def post(self, request: Request, bar: str, advocate: int) -> Response:
        """Erase every word about this person: 202 with a job. It cannot be undone.

        409: "erased-before", "membership-open", "still-open", "own-request", or "count-differs".
        """
        moment, person = now(), self.advocate(advocate)
        today = local_date(moment, self.bar.time_zone)
        made = confirm_person(person, self.body()["count"], by=self.user, today=today, now=moment)
        return accepted(self, "erasure", {"erasure": made.pk})


class Erasures(BarScopedList):
    """What was erased, on whose word, the latest first."""

    purpose = Action.READ_PRIVACY
    parameters = PageParameters
    serializer_class = ErasureSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Erasure]:
        return Erasure.objects.for_bar(self.bar).select_related("confirmed_by")


def _named(label: str) -> str:
    return str(apps.get_model(label)._meta.verbose_name_plural)


_RETENTION = "bars/<str:bar>/retention"
urls = [
    path(_RETENTION, BarScopedRetention.as_view(), name="retention"),
    path(f"{_RETENTION}/due", DueRecords.as_view(), name="due-records"),
    path(f"{_RETENTION}/erase", EraseRecords.as_view(), name="erase-records"),
    path("bars/<str:bar>/advocates/<int:advocate>/erasure", OnePerson.as_view(), name="erasure"),
    path("bars/<str:bar>/erasures", Erasures.as_view(), name="erasures"),
]
