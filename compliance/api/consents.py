"""Consents to the processing of personal data (Law No. 94-V, Art. 8): the advocate's own, and those of a bar."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from advocates.models import Advocate, Consent, Language, Operator, Withdrawal
from advocates.services.consents import (
    answer_withdrawal,
    as_shown,
    give_consent,
    name_operator,
    offered_text,
    withdraw_consent,
)
from cle.core.clock import local_date, now
from cle.core.pagination import KeysetPagination
from compliance.api.bodies import Body, SameBarField
from compliance.api.parameters import KeyField, PageParameters
from compliance.api.scoping import BarScopedList, BarScopedView, OwnListView, OwnScopedView
from compliance.api.serializers import language


class WithdrawalSerializer(serializers.ModelSerializer[Withdrawal]):
    """`answer_due_on` is the last day for the bar to stop or to refuse with reasons; `answer` is "" until then."""

    class Meta:
        model = Withdrawal
        fields = ["withdrawn_at", "how", "document", "answer_due_on", "answered_at", "answer", "reason"]


class ConsentSerializer(serializers.ModelSerializer[Consent]):
    """What Art. 8(4) asks a consent to say; `example` when the text was not approved by a bar yet."""

    withdrawal = WithdrawalSerializer(allow_null=True, default=None)

    class Meta:
        model = Consent
        fields = [
            "id", "operator_name", "operator_number", "subject_name", "term", "until", "third_parties",
            "third_parties_note", "cross_border", "cross_border_note", "publication", "publication_note", "data",
            "version", "language", "example", "given_at", "how", "document", "withdrawal",
        ]  # fmt: skip


class BarConsentSerializer(ConsentSerializer):
    advocate = serializers.IntegerField(source="advocate_id")
    name = serializers.CharField(source="advocate.full_name")

    class Meta(ConsentSerializer.Meta):
        fields = ["advocate", "name", *ConsentSerializer.Meta.fields]


class ConsentTextSerializer(serializers.Serializer[Any]):
    """The text in force in the language of the request; a list of what may happen to the data is "" where it cannot."""

    version = serializers.CharField()
    language = serializers.ChoiceField(choices=Language.choices)
    example = serializers.BooleanField()
    operator_name = serializers.CharField()
    operator_number = serializers.CharField()
    responsible_name = serializers.CharField()
    responsible_contact = serializers.CharField()
    term = serializers.CharField()
    third_parties = serializers.CharField(allow_blank=True)
    cross_border = serializers.CharField(allow_blank=True)
    publication = serializers.CharField(allow_blank=True)
    data = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]
    text = serializers.CharField()


class GivenBody(Body):
    """`version` is that of the text that was read; it must still be the one in force."""

    version = serializers.CharField(max_length=100)


class PaperBody(GivenBody):
    advocate = SameBarField(queryset=Advocate.objects.all())
    language = serializers.ChoiceField(choices=Language.choices)
    document = serializers.CharField(max_length=300)


class NothingBody(Body):
    """An empty object."""


class WithdrawnOnPaperBody(Body):
    document = serializers.CharField(max_length=300)


class AnswerBody(Body):
    answer = serializers.ChoiceField(choices=Withdrawal.Answer.choices)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=1000, default="")


class ConsentParameters(PageParameters):
    advocate = KeyField(required=False)
    unanswered = serializers.BooleanField(required=False)


class NewestFirst(KeysetPagination):
    ordering = ("-given_at", "-pk")


class OwnConsents(OwnListView):
    """What you agreed to, the newest first; and what became of what you took back."""

    serializer_class = ConsentSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Consent]:
        return Consent.objects.filter(advocate=self.advocate).select_related("withdrawal")

    @extend_schema(request=GivenBody, responses={201: ConsentSerializer})
    def post(self, request: Request) -> Response:
        """Agree to the text in force, in the language of the request.

        409: "consent-text-changed", "consent-given" (it stands already), "no-operator", "no-consent-text".
        """
        version = self.body(GivenBody)["version"]
        consent = give_consent(self.advocate, version, language(), by=self.user, now=now())
        return Response(ConsentSerializer(consent).data, status=201)


class OwnConsentText(OwnScopedView):
    """The text that you are asked to agree to. 409: "no-operator", "no-consent-text"."""

    serializer_class = ConsentTextSerializer

    def get(self, request: Request) -> Response:
        bar = self.advocate.bar
        operator, text = offered_text(bar, language(), local_date(now(), bar.time_zone))
        return Response(ConsentTextSerializer(as_shown(operator, text, self.advocate)).data)


class OwnWithdrawal(OwnScopedView):
    """Take a consent back. The bar has to stop, or to refuse with reasons, by `answer_due_on`: 15 working days.

    409 "consent-withdrawn" when you have done so before.
    """

    serializer_class = NothingBody

    @extend_schema(responses={201: WithdrawalSerializer})
    def post(self, request: Request, consent: int) -> Response:
        self.body()
        found = get_object_or_404(Consent.objects.filter(advocate=self.advocate), pk=consent)
        return Response(WithdrawalSerializer(withdraw_consent(found, by=self.user, now=now())).data, status=201)


class Consents(BarScopedList):
    """The consents of the bar's advocates, the newest first; `unanswered` for withdrawals that wait for an answer."""

    purpose = Action.READ_PRIVACY
    parameters = ConsentParameters
    serializer_class = BarConsentSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Consent]:
        rows = Consent.objects.for_bar(self.bar).select_related("advocate", "withdrawal")
        if "advocate" in self.asked:
            rows = rows.filter(advocate=self.asked["advocate"])
        if "unanswered" in self.asked:
            waits = {"withdrawal__isnull": False, "withdrawal__answered_at": None}
            rows = rows.filter(**waits) if self.asked["unanswered"] else rows.exclude(**waits)
        return rows


class PaperConsent(BarScopedView):
    """Record a consent that was signed on paper; `document` says which paper, and where it is kept.

    409: "consent-text-changed", "consent-given", "no-operator", "no-consent-text".
    """

    purpose = Action.READ_PRIVACY
    changing = Action.KEEP_PRIVACY
    serializer_class = PaperBody

    @extend_schema(responses={201: BarConsentSerializer})
    def post(self, request: Request, bar: str) -> Response:
        consent = give_consent(**self.body(), by=self.user, now=now())
        return Response(BarConsentSerializer(consent).data, status=201)


class BarWithdrawal(BarScopedView):
    """Record that an advocate took a consent back on paper. The clock runs from today. 409 "consent-withdrawn"."""

    purpose = Action.READ_PRIVACY
    changing = Action.KEEP_PRIVACY
    serializer_class = WithdrawnOnPaperBody

    @extend_schema(responses={201: WithdrawalSerializer})
    def post(self, request: Request, bar: str, consent: int) -> Response:
        found, given = get_object_or_404(Consent.objects.for_bar(self.bar), pk=consent), self.body()
        return Response(
            WithdrawalSerializer(withdraw_consent(found, **given, by=self.user, now=now())).data, status=201
        )


class WithdrawalAnswer(BarScopedView):
    """Answer a withdrawal of somebody else: the processing was stopped, or why it goes on.

    409: "own-request", "withdrawal-answered", "reason-needed".
    """

    purpose = Action.READ_PRIVACY
    changing = Action.KEEP_PRIVACY
    serializer_class = AnswerBody

    @extend_schema(responses={201: WithdrawalSerializer})
    def post(self, request: Request, bar: str, consent: int) -> Response:
        found = get_object_or_404(Withdrawal.objects.for_bar(self.bar), consent=consent)
        given = self.body()
        given["answer"] = Withdrawal.Answer(given["answer"])
        return Response(
            WithdrawalSerializer(answer_withdrawal(found, **given, by=self.user, now=now())).data, status=201
        )


class OperatorSerializer(serializers.ModelSerializer[Operator]):
    """Under which number the bar processes personal data, and whom it has made responsible for them."""

    class Meta:
        model = Operator
        fields = ["number", "responsible_name", "responsible_contact", "policy"]


class OperatorBody(Body, OperatorSerializer):
    pass


class BarOperator(BarScopedView):
    """The bar as an operator of personal data (Art. 8(4)(1), 25(2)(10)); 404 until it has been named."""

    purpose = Action.READ_PRIVACY
    changing = Action.KEEP_PRIVACY
    serializer_class = OperatorSerializer

    def get(self, request: Request, bar: str) -> Response:
        return Response(OperatorSerializer(get_object_or_404(Operator.objects.for_bar(self.bar))).data)

    @extend_schema(request=OperatorBody, responses=OperatorSerializer)
    def put(self, request: Request, bar: str) -> Response:
        """Name it, or correct it. Consents that were given keep the name and number that they were given to."""
        return Response(OperatorSerializer(name_operator(self.bar, **self.body(OperatorBody))).data)


_WITHDRAWN = "bars/<str:bar>/consents/<int:consent>/withdrawal"

urls = [
    path("me/consents", OwnConsents.as_view(), name="own-consents"),
    path("me/consents/text", OwnConsentText.as_view(), name="own-consent-text"),
    path("me/consents/<int:consent>/withdrawal", OwnWithdrawal.as_view(), name="own-withdrawal"),
    path("bars/<str:bar>/consents", Consents.as_view(), name="consents"),
    path("bars/<str:bar>/consents/paper", PaperConsent.as_view(), name="paper-consent"),
    path("bars/<str:bar>/consents/<int:consent>/withdrawal", BarWithdrawal.as_view(), name="withdrawal"),
    path(
        "bars/<str:bar>/consents/<int:consent>/withdrawal/answer", WithdrawalAnswer.as_view(), name="withdrawal-answer"
    ),
    path("bars/<str:bar>/operator", BarOperator.as_view(), name="operator"),
]
