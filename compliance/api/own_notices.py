"""What the bar has said to the logged-in advocate, with the proof that it was said."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cle.core.clock import now
from cle.core.pagination import KeysetPagination
from compliance.api.files import WhateverIsAccepted, described, file_answer
from compliance.api.parameters import PageParameters
from compliance.api.scoping import OwnListView, OwnScopedView
from compliance.models import Notice, NoticeState
from compliance.queries.notices import said_to
from compliance.services.notices.opening import note_opening
from compliance.services.notices.proving import service_paper


class OwnNoticeSerializer(serializers.ModelSerializer[Notice]):
    """Proof of service: `due_at` when it was planned for, `sent_at` when it went out, over which `channel` to which
    `address` with which `message_id`, or `handed_over_by` whom on which day; `opened_at` when you first read it here.
    """

    handed_over_by = serializers.CharField(source="handed_over_by.name", default=None, allow_null=True)
    opened_at = serializers.DateTimeField(source="opening.at", default=None, allow_null=True)

    class Meta:
        model = Notice
        fields = [
            "id", "period_start", "session", "stage", "subject", "channel", "language", "state", "due_at", "sent_at",
            "address", "message_id", "handed_over_by", "handed_over_on", "opened_at",
        ]  # fmt: skip


class OwnWholeNoticeSerializer(OwnNoticeSerializer):
    """With the exact words that were sent."""

    class Meta(OwnNoticeSerializer.Meta):
        fields = [*OwnNoticeSerializer.Meta.fields, "text", "html"]


class NoticeParameters(PageParameters):
    state = serializers.ChoiceField(required=False, choices=NoticeState.choices)


class NewestFirst(KeysetPagination):
    ordering = ("-due_at", "-pk")


class OwnNotices(OwnListView):
    """Notices addressed to you, the newest first."""

    parameters = NoticeParameters
    serializer_class = OwnNoticeSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Notice]:
        asked = {name: value for name, value in self.asked.items() if name == "state"}
        return said_to(self.user).filter(**asked).defer("text", "html", "facts")


class OneOwnNotice(OwnScopedView):
    """A notice in full. That you have opened it is noted, the first time: the bar may show that you were told."""

    serializer_class = OwnWholeNoticeSerializer

    def get(self, request: Request, notice: int) -> Response:
        found = get_object_or_404(said_to(self.user), pk=notice)
        if request.method == "GET" and not hasattr(found, "opening"):
            note_opening(found, by=self.user, now=now())
            found = said_to(self.user).get(pk=found.pk)
        return Response(OwnWholeNoticeSerializer(found).data)


class OwnNoticePdf(OwnScopedView):
    """The proof of service of a notice to you, as a signed PDF in Kazakh and Russian."""

    content_negotiation_class = WhateverIsAccepted

    @extend_schema(responses=described("application/pdf"))
    def get(self, request: Request, notice: int) -> HttpResponse:
        found = get_object_or_404(said_to(self.user).select_related("advocate__bar"), pk=notice)
        return file_answer(service_paper(found, now=now()), "application/pdf", f"notice-{found.pk}.pdf")


urls = [
    path("me/notices", OwnNotices.as_view(), name="own-notices"),
    path("me/notices/<int:notice>", OneOwnNotice.as_view(), name="own-notice"),
    path("me/notices/<int:notice>/proof.pdf", OwnNoticePdf.as_view(), name="own-notice-proof"),
]
