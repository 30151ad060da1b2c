"""Notices of a bar: what was said to whom and how it reached them; planned, written and handed over by officers."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from advocates.models import Advocate, FilePart, Language
from advocates.services.reads import record_read
from cle.core.clock import local_date, now
from cle.core.errors import Text
from cle.core.pagination import KeysetPagination
from compliance.api.bodies import Body
from compliance.api.files import WhateverIsAccepted, described, file_answer
from compliance.api.jobs import JobSerializer, accepted
from compliance.api.notice_rows import NoticeSerializer
from compliance.api.once import KEY_PARAMETER, once
from compliance.api.parameters import IsoDateField, KeyField, PageParameters, filters
from compliance.api.scoping import BarScopedList, BarScopedView
from compliance.models import Notice, NoticeChannel, NoticeEvent, NoticeState
from compliance.notices.letter import Letter
from compliance.queries.not_due import not_due
from compliance.services.notices import Plan, draft_plan, mark_printed, plan_as_shown, preview_letters
from compliance.services.notices.proving import service_paper

_MISSING = _("There is no such notice here.")
_NOBODY = _("There is no such advocate here.")
AT_ONCE: Final = 1000
"""Letters handed over in one call: more than anybody hands over in a day."""


def known(asked: list[int], rows: QuerySet[Any], field: str, missing: Text) -> set[int]:
    """Those of the keys that are keys of these rows. Raises ValidationError at the place of each other."""
    found = set(rows.filter(pk__in=asked).values_list("pk", flat=True))
    strange: dict[Any, Any] = {place: [missing] for place, key in enumerate(asked) if key not in found}
    if strange:
        raise serializers.ValidationError({field: strange})
    return found


class NoticeParameters(PageParameters):
    state = serializers.ChoiceField(required=False, choices=NoticeState.choices)
    stage = serializers.CharField(required=False, max_length=40)
    advocate = KeyField(required=False)
    channel = serializers.ChoiceField(required=False, choices=NoticeChannel.choices)


class ProofSerializer(serializers.ModelSerializer[Notice]):
    """Proof of service: by e-mail when, to which address and as which message; on paper by whom and on which day.

    `error` is what the mail server last answered, as a kind and a number. `opened_at` is when the advocate, logged in,
    first opened it in full; null says nothing about the letter in the post box.
    """

    handed_over_by = serializers.StringRelatedField[Any](allow_null=True)
    opened_at = serializers.DateTimeField(source="opening.at", default=None, allow_null=True)

    class Meta:
        model = Notice
        fields = [
            "channel", "sent_at", "address", "message_id", "handed_over_by", "handed_over_on", "opened_at",
            "attempts", "error",
        ]  # fmt: skip


class EventSerializer(serializers.ModelSerializer[NoticeEvent]):
    """A row of the ledger of a notice: `code` is what the server answered, `digests` SHA-256 of what it was handed."""

    by = serializers.StringRelatedField[Any](allow_null=True)

    class Meta:
        model = NoticeEvent
        fields = ["kind", "at", "channel", "source", "code", "provider_id", "digests", "by"]


class WholeNoticeSerializer(NoticeSerializer):
    """With the exact words, once there are any, the figures that they state (`facts`), and the proof of service."""

    proof = ProofSerializer(source="*")
    events = EventSerializer(many=True)
    facts = serializers.SerializerMethodField()

    class Meta(NoticeSerializer.Meta):
        fields = [*NoticeSerializer.Meta.fields, "proof", "events", "subject", "text", "html", "facts"]

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_facts(self, notice: Notice) -> Any:
        return notice.facts


class NoticePdf(BarScopedView):
    """Proof of service as a signed PDF in Kazakh and Russian: to whom, the exact words, sums, and what happened."""

    purpose = Action.READ_NOTICES
    content_negotiation_class = WhateverIsAccepted

    @extend_schema(responses=described("application/pdf"))
    def get(self, request: Request, bar: str, notice: int) -> HttpResponse:
        rows = Notice.objects.for_bar(self.bar).select_related("advocate__bar", "handed_over_by", "opening")
        found = get_object_or_404(rows, pk=notice)
        record_read(self.user, FilePart.NOTICE, found.advocate_id)
        return file_answer(service_paper(found, now=now()), "application/pdf", f"notice-{found.pk}.pdf")


class NewestDue(KeysetPagination):
    ordering = ("-due_at", "-pk")


class Notices(BarScopedList):
    """The notices to the bar's advocates, those due last first; `state=to_print` are the letters to hand over."""

    purpose = Action.READ_NOTICES
    parameters = NoticeParameters
    serializer_class = NoticeSerializer
    pagination_class = NewestDue

    def get_queryset(self) -> QuerySet[Notice]:
        return Notice.objects.for_bar(self.bar).select_related("advocate").filter(**filters(self.asked))


class OneNotice(BarScopedView):
    """A notice with its exact words as they were sent or printed, and how it reached the advocate."""

    purpose = Action.READ_NOTICES
    serializer_class = WholeNoticeSerializer

    def get(self, request: Request, bar: str, notice: int) -> Response:
        rows = Notice.objects.for_bar(self.bar).select_related("advocate", "handed_over_by", "opening")
        found = get_object_or_404(rows.prefetch_related("events__by"), pk=notice)
        record_read(self.user, FilePart.NOTICE, found.advocate_id)
        return Response(WholeNoticeSerializer(found).data)


class GroupSerializer(serializers.Serializer[Any]):
    stage = serializers.CharField()
    channel = serializers.ChoiceField(choices=NoticeChannel.choices)
    language = serializers.ChoiceField(choices=Language.choices)
    count = serializers.IntegerField()


class LetterSerializer(serializers.Serializer[Any]):
    advocate = serializers.IntegerField()
    stage = serializers.CharField()
    subject = serializers.CharField()
    text = serializers.CharField()


class PeopleBody(Body):
    """Keys of advocates of the bar, where notices are for these alone; the whole bar without them."""

    advocates = serializers.ListField(child=KeyField(), required=False, min_length=1, max_length=AT_ONCE)


class NotDueSerializer(serializers.Serializer[Any]):
    advocate = serializers.IntegerField()
    reason = serializers.CharField()


class PlanSerializer(serializers.Serializer[Any]):
    """Send `digest` and `count` back to plan just that, with the same `advocates`, if any were named.

    Letters are the first of each stage and language; `not_due` says why somebody who was named gets none.
    """

    on = serializers.DateField()
    count = serializers.IntegerField()
    digest = serializers.CharField()
    groups = GroupSerializer(many=True)
    letters = LetterSerializer(many=True)
    not_due = NotDueSerializer(many=True)


class PlanView(BarScopedView):
    """Named people are looked up in the bar: a key of anybody else is an error at its place."""

    purpose = Action.READ_NOTICES
    changing = Action.HANDLE_NOTICES

    def named(self, given: dict[str, Any]) -> set[int] | None:
        if "advocates" not in given:
            return None
        asked = given.pop("advocates")
        return known(asked, Advocate.objects.for_bar(self.bar), "advocates", _NOBODY)


class PlanPreview(PlanView):
    """Whom the notices that are due today would go to, counted by stage, way and language, and how they would read.

    Nothing is written or sent.
    """

    serializer_class = PeopleBody

    @extend_schema(responses=PlanSerializer)
    def post(self, request: Request, bar: str) -> Response:
        people = self.named(self.body())
        today = local_date(now(), self.bar.time_zone)
        plan = draft_plan(self.bar, today, people)
        idle = (people or set()) - {notice.advocate_id for notice in plan.notices}
        shown = {
            "on": today, "count": len(plan.notices), "digest": plan.digest, "groups": _groups(plan),
            "letters": [_letter(*each) for each in preview_letters(plan, today)],
            "not_due": [
                {"advocate": each.pk, "reason": reason}
                for reason, group in not_due(self.bar, today, idle) for each in group
            ],
        }  # fmt: skip
        return Response(PlanSerializer(shown).data)


def _groups(plan: Plan) -> list[dict[str, Any]]:
    counted = Counter((each.stage, each.channel, each.language) for each in plan.notices)
    names = ("stage", "channel", "language")
    return [{**dict(zip(names, group, strict=True)), "count": counted[group]} for group in sorted(counted)]


def _letter(notice: Notice, letter: Letter) -> dict[str, Any]:
    words = {"subject": letter.subject, "text": letter.text}
    return {"advocate": notice.advocate_id, "stage": notice.stage, **words}


class PlanBody(PeopleBody):
    digest = serializers.CharField(max_length=64)
    count = serializers.IntegerField(min_value=0)


class PlannedNotices(PlanView):
    """Plan the notices that a preview has shown: those by e-mail go out from 9:00, those on paper wait to be printed.

    409 "plan-changed" when other people, or in another way, would be written to by now: look at a new preview.
    """

    serializer_class = PlanBody

    @extend_schema(
        parameters=[KEY_PARAMETER],
        responses=inline_serializer("Planned", {"planned": serializers.IntegerField()}),
    )
    @once
    def post(self, request: Request, bar: str) -> Response:
        moment, given = now(), self.body()
        today, people = local_date(moment, self.bar.time_zone), self.named(given)
        return Response({"planned": plan_as_shown(self.bar, today, moment, **given, people=people)})


class Letters(BarScopedView):
    """Write the letters that wait for the printer, from the standings of today; as often as needed until handed over.

    202 with a job whose result is {"written": how many}. Each is read as the notice that it is.
    """

    purpose = Action.READ_NOTICES
    changing = Action.HANDLE_NOTICES
    serializer_class = Body

    @extend_schema(request=None, parameters=[KEY_PARAMETER], responses={202: JobSerializer})
    @once
    def post(self, request: Request, bar: str) -> Response:
        return accepted(self, "letters", {})


class HandOverBody(Body):
    """Keys of notices that were handed over on paper, and the day on which they were."""

    notices = serializers.ListField(child=KeyField(), min_length=1, max_length=AT_ONCE)
    handed_over_on = IsoDateField()


class HandOver(BarScopedView):
    """Record that you have handed over letters; the cases that they speak of count as notified by you.

    All or none. Letters that were handed over before, or are not on paper, are passed over. 409 says why not:
    "letter-not-written", "own-letter", "day-to-come" or "before-due".
    """

    purpose = Action.READ_NOTICES
    changing = Action.HANDLE_NOTICES
    serializer_class = HandOverBody

    @extend_schema(
        parameters=[KEY_PARAMETER],
        responses=inline_serializer(
            "HandedOver", {"handed_over": serializers.IntegerField(), "passed_over": serializers.IntegerField()}
        ),
    )
    @once
    def post(self, request: Request, bar: str) -> Response:
        given = self.body()
        keys = known(given["notices"], Notice.objects.for_bar(self.bar), "notices", _MISSING)
        marked = mark_printed(keys, by=self.user, now=now(), on=given["handed_over_on"])
        return Response({"handed_over": marked, "passed_over": len(keys) - marked})


urls = [
    path("bars/<str:bar>/notices", Notices.as_view(), name="notices"),
    path("bars/<str:bar>/notices/<int:notice>", OneNotice.as_view(), name="notice"),
    path("bars/<str:bar>/notices/<int:notice>/proof.pdf", NoticePdf.as_view(), name="notice-proof"),
    path("bars/<str:bar>/notices/plan/preview", PlanPreview.as_view(), name="notices-plan-preview"),
    path("bars/<str:bar>/notices/plan", PlannedNotices.as_view(), name="notices-plan"),
    path("bars/<str:bar>/notices/letters", Letters.as_view(), name="notices-letters"),
    path("bars/<str:bar>/notices/hand-over", HandOver.as_view(), name="notices-hand-over"),
]
