"""Cases of a bar, and the steps that officers take in them. No step changes anybody's status."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from advocates.models import FilePart
from advocates.services.reads import record_read
from cle.core.clock import local_date, now
from cle.core.pagination import KeysetPagination
from compliance.api.bodies import Body
from compliance.api.excuses import DeskExcuseSerializer, ExcuseBody
from compliance.api.notice_rows import NoticeSerializer
from compliance.api.objections import ObjectionSerializer
from compliance.api.parameters import IsoDateField, KeyField, PageParameters
from compliance.api.scoping import BarScopedList, BarScopedView
from compliance.models import Case, CaseState, CaseStep
from compliance.queries.cases import (
    PossibleStep,
    case_file,
    heed_excuses,
    notices_about,
    objections_about,
    possible_steps,
    rulebook_of,
)
from compliance.queries.excuses import excuses_about
from compliance.queries.suspensions import suspensions_of
from compliance.rules import Rulebook
from compliance.services.asked import name_excuse
from compliance.services.cases import take_step


class CaseSerializer(serializers.ModelSerializer[Case]):
    """Three days are kept apart: `due_on`, `grace_ends_on` and `petition_from`, the first on which one may petition.

    `petition_from` is put off by the days that accepted reasons for being late cover, where the rules say so.
    """

    advocate = serializers.IntegerField(source="advocate_id")
    name = serializers.CharField(source="advocate.full_name")
    petition_from = serializers.DateField(source="petition_possible_from")

    class Meta:
        model = Case
        fields = [
            "id", "advocate", "name", "period_start", "due_on", "grace_ends_on", "petition_from", "state",
            "term_ends_on", "opened_at", "changed_at",
        ]  # fmt: skip


class StepSerializer(serializers.ModelSerializer[CaseStep]):
    """`code` is of the step in the rules; `day` and `until` are of what it records, such as a decision and its term.

    `by` is null for what the system recorded by itself: opening, a notice sent, hours made up."""

    by = serializers.StringRelatedField[Any](allow_null=True)

    class Meta:
        model = CaseStep
        fields = ["at", "from_state", "to_state", "code", "day", "until", "by", "reason", "document"]


class PossibleStepSerializer(serializers.Serializer[Any]):
    """A step that is open by the rules of the period, and what must be written down with it.

    `possible_from` is null where no day is set. `months_at_most`: how long the term of what is recorded may last, null
    where it has none. `reverses`: it takes an earlier step back. `advice`: what follows from it.
    """

    step = serializers.CharField(source="rule.code")
    to_state = serializers.ChoiceField(choices=CaseState.choices)
    needs_reason = serializers.BooleanField(source="rule.needs_reason")
    needs_document = serializers.BooleanField(source="rule.needs_document")
    needs_day = serializers.BooleanField(source="rule.needs_day")
    months_at_most = serializers.IntegerField(source="rule.term.months_at_most", default=None, allow_null=True)
    reverses = serializers.BooleanField(source="rule.reverses")
    advice = serializers.SerializerMethodField()
    possible_from = serializers.DateField(allow_null=True)

    def get_advice(self, step: PossibleStep) -> str:
        return step.rule.advice.said(get_language() or "kk") if step.rule.advice else ""


class SuspensionSerializer(serializers.Serializer[Any]):
    on = serializers.DateField()
    status = serializers.CharField()
    ground = serializers.CharField()


class InWindowSerializer(serializers.Serializer[Any]):
    """Suspensions that add up by the rules of the period: those within the months up to today.

    `unclear`: not counted, because the ground names no article. `warn`: as many as the rules warn of. `reached_on`: the
    last day on which there were as many as the limit within the months.
    """

    months = serializers.IntegerField()
    limit = serializers.IntegerField()
    counted = SuspensionSerializer(many=True)
    unclear = SuspensionSerializer(many=True)
    warn = serializers.BooleanField()
    reached_on = serializers.DateField(allow_null=True)
    first_leaves_on = serializers.DateField(allow_null=True)


class WholeCaseSerializer(CaseSerializer):
    """With every step so far, every objection and notice about the period, and the steps that are open now."""

    steps = StepSerializer(many=True)
    objections = serializers.SerializerMethodField()
    excuses = serializers.SerializerMethodField()
    suspensions = serializers.SerializerMethodField()
    notices = serializers.SerializerMethodField()
    possible_steps = serializers.SerializerMethodField()

    class Meta(CaseSerializer.Meta):
        fields = [
            *CaseSerializer.Meta.fields,
            "steps",
            "objections",
            "excuses",
            "suspensions",
            "notices",
            "possible_steps",
        ]

    @cached_property
    def rules(self) -> Rulebook | None:
        case: Any = self.instance
        return rulebook_of(case)

    @extend_schema_field(ObjectionSerializer(many=True))
    def get_objections(self, case: Case) -> Any:
        return ObjectionSerializer(objections_about(case), many=True).data

    @extend_schema_field(NoticeSerializer(many=True))
    def get_notices(self, case: Case) -> Any:
        return NoticeSerializer(notices_about(case).select_related("advocate"), many=True).data

    @extend_schema_field(PossibleStepSerializer(many=True))
    def get_possible_steps(self, case: Case) -> Any:
        return PossibleStepSerializer(list(possible_steps(case, _today(case), self.rules)), many=True).data

    @extend_schema_field(DeskExcuseSerializer(many=True))
    def get_excuses(self, case: Case) -> Any:
        return DeskExcuseSerializer(excuses_about(case).select_related("advocate"), many=True).data

    @extend_schema_field(InWindowSerializer(allow_null=True))
    def get_suspensions(self, case: Case) -> Any:
        rule = self.rules.enforcement.suspensions if self.rules and self.rules.enforcement else None
        found = suspensions_of(case.advocate, rule, _today(case))
        return (
            InWindowSerializer({**asdict(found), "limit": rule.limit, "months": rule.months}).data
            if found and rule
            else None
        )


def _today(case: Case) -> dt.date:
    return local_date(now(), case.advocate.bar.time_zone)


EXCUSED = OpenApiExample(
    "A valid reason, with what proves it",
    value={"to_state": "excused", "reason": "In hospital from 1 to 30 December", "document": "Certificate No. 12"},
    request_only=True,
)
OBJECTED = OpenApiExample(
    "The advocate objects", value={"to_state": "objected", "reason": "Says that 6 hours are missing"}, request_only=True
)


class StepBody(Body):
    """What a step needs, the case says under `possible_steps`.

    `day` is of what is recorded; `until` the last day of its term, by itself the longest that the rules allow.
    """

    to_state = serializers.ChoiceField(choices=CaseState.choices)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500, default="")
    document = serializers.CharField(required=False, allow_blank=True, max_length=300, default="")
    day = IsoDateField(required=False)
    until = IsoDateField(required=False)


class CaseParameters(PageParameters):
    state = serializers.ChoiceField(required=False, choices=CaseState.choices)
    due_before = IsoDateField(required=False)
    advocate = KeyField(required=False)


class ByDueDate(KeysetPagination):
    ordering = ("due_on", "pk")


class Cases(BarScopedList):
    """The cases of the bar's advocates, the longest overdue first."""

    purpose = Action.READ_CASES
    parameters = CaseParameters
    serializer_class = CaseSerializer
    pagination_class = ByDueDate

    def get_queryset(self) -> QuerySet[Case]:
        columns = {"state": "state", "due_before": "due_on__lt", "advocate": "advocate"}
        asked = {columns[name]: value for name, value in self.asked.items() if name in columns}
        return Case.objects.for_bar(self.bar).select_related("advocate").filter(**asked)

    def paginate_queryset(self, queryset: Any) -> list[Any] | None:
        found = super().paginate_queryset(queryset)
        heed_excuses(found or ())
        return found


def _case(view: BarScopedView, pk: int) -> Case:
    found = get_object_or_404(case_file(view.bar, local_date(now(), view.bar.time_zone)), pk=pk)
    heed_excuses([found])
    return found


class OneCase(BarScopedView):
    """A case with its steps, the notices about its period, and which steps are possible now and what each needs."""

    purpose = Action.READ_CASES
    serializer_class = WholeCaseSerializer

    def get(self, request: Request, bar: str, case: int) -> Response:
        found = _case(self, case)
        record_read(self.user, FilePart.CASE, found.advocate_id)
        return Response(WholeCaseSerializer(found).data)


class CaseSteps(BarScopedView):
    """Take a step in a case of somebody else, and get the case as it is then.

    409 says why not: "own-case", "case-step-not-possible", "reason-needed", "document-needed", "day-needed",
    "day-to-come", "term-too-long", "case-made-up", "no-licence", or "petition-too-early" and "step-too-early" with the
    first day. The licensor decides on a licence, on a petition that people send; no step changes a status.
    """

    purpose = Action.READ_CASES
    changing = Action.STEP_CASES
    serializer_class = StepBody

    @extend_schema(responses={201: WholeCaseSerializer}, examples=[EXCUSED, OBJECTED])
    def post(self, request: Request, bar: str, case: int) -> Response:
        found, given, moment = _case(self, case), self.body(), now()
        given["to_state"] = CaseState(given["to_state"])
        take_step(found, **given, by=self.user, now=moment, today=local_date(moment, self.bar.time_zone))
        return Response(WholeCaseSerializer(_case(self, case)).data, status=201)


class CaseExcuses(BarScopedView):
    """Write down a reason for being late that an advocate has named on paper. Somebody else decides about it."""

    purpose = Action.READ_CASES
    changing = Action.STEP_CASES
    serializer_class = ExcuseBody

    @extend_schema(responses={201: WholeCaseSerializer})
    def post(self, request: Request, bar: str, case: int) -> Response:
        found, given = _case(self, case), self.body()
        name_excuse(found.advocate, found.period_start, **given, by=self.user, now=now())
        return Response(WholeCaseSerializer(_case(self, case)).data, status=201)


urls = [
    path("bars/<str:bar>/cases", Cases.as_view(), name="cases"),
    path("bars/<str:bar>/cases/<int:case>", OneCase.as_view(), name="case"),
    path("bars/<str:bar>/cases/<int:case>/steps", CaseSteps.as_view(), name="case-steps"),
    path("bars/<str:bar>/cases/<int:case>/excuses", CaseExcuses.as_view(), name="case-excuses"),
]
