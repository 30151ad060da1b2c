"""How claims are said in the API, to the advocate and to the bar."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from advocates.models import Bar
from compliance.api.bodies import Body, CategoryField
from compliance.api.parameters import IsoDateField, KeyField, PageParameters
from courses.models import Category, Claim, ClaimState, ClaimStep, DeliveryFormat, Evidence
from courses.queries.catalogue import categories_at
from courses.services.claims import MOST_MINUTES

NO_IDENTITY_DOCUMENT: Final = (
    "Жеке басты куәландыратын құжаттың көшірмесін жүктемеңіз: заң оларды жинауға тыйым салады. "
    "Не загружайте копии документов, удостоверяющих личность: закон запрещает их собирать. "
    "Never upload a copy of an identity document: the law forbids collecting them. (No. 94-V, 7(10))"
)
"""Said in the three languages at once, whoever asks: it stands where the file is chosen."""


class ClaimParameters(PageParameters):
    state = serializers.ChoiceField(required=False, choices=ClaimState.choices)


class QueueParameters(PageParameters):
    state = serializers.ChoiceField(required=False, choices=ClaimState.choices)
    category = serializers.SlugField(required=False, max_length=40)
    advocate = KeyField(required=False)


class FormatField(serializers.ChoiceField):
    """A format by its code: in_person, live_online, recorded, self_study."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[delivery.code for delivery in DeliveryFormat], **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        return DeliveryFormat[super().to_internal_value(data).upper()]


class ClaimBody(Body):
    """`minutes` are those of instruction; `earned_on` is the day on which it ended."""

    title = serializers.CharField(max_length=300)
    description = serializers.CharField(max_length=5000, allow_blank=True, required=False)
    category = serializers.SlugField(max_length=40)
    format = FormatField()
    minutes = serializers.IntegerField(min_value=1, max_value=MOST_MINUTES)
    earned_on = IsoDateField()

    def validate_category(self, code: str) -> Category:
        """By its code, of those kept by the advocate's bar or one above."""
        bar: Bar = self.context["view"].advocate.bar
        kept = categories_at(bar).filter(code=code).first()
        if kept is None:
            raise serializers.ValidationError(_("There is no such category."))
        return kept


class WithdrawBody(Body):
    reason = serializers.CharField(max_length=500, allow_blank=True, required=False)


class RefusalBody(Body):
    reason = serializers.CharField(max_length=500)


class ApproveBody(Body):
    """All the minutes claimed in the category claimed; with a reason, fewer, or in another category."""

    minutes = serializers.IntegerField(min_value=1, max_value=MOST_MINUTES, required=False)
    category = CategoryField(required=False)
    reason = serializers.CharField(max_length=500, allow_blank=True, required=False)


class EvidenceBody(Body):
    """A PDF, JPEG, PNG or WebP of up to 10 MB. Pictures are drawn anew, so that no place or camera stays in them."""

    file = serializers.FileField(max_length=255)
    no_identity_document = serializers.BooleanField(
        help_text=NO_IDENTITY_DOCUMENT,
        error_messages=dict.fromkeys(("required", "null", "invalid"), NO_IDENTITY_DOCUMENT),
    )

    def validate_no_identity_document(self, confirmed: bool) -> bool:
        if not confirmed:
            raise serializers.ValidationError(NO_IDENTITY_DOCUMENT)
        return confirmed


class EvidenceSerializer(serializers.ModelSerializer[Evidence]):
    """`sha256` is of the file as it is kept, `received_sha256` of the one that was sent."""

    class Meta:
        model = Evidence
        fields = ["id", "name", "kind", "size", "sha256", "received_sha256", "uploaded_at", "removed_at"]


class ClaimStepSerializer(serializers.ModelSerializer[ClaimStep]):
    """`minutes` are those asked for, or granted; `by` is the name of whoever took the step."""

    by = serializers.CharField(source="by.name")

    class Meta:
        model = ClaimStep
        fields = ["at", "from_state", "to_state", "minutes", "by", "reason"]


class ClaimSerializer(serializers.ModelSerializer[Claim]):
    """`granted_minutes` is null until the claim is approved, and 0 once the credit has been taken back."""

    category = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    category_name = serializers.CharField(source="category.__str__")
    format = serializers.SerializerMethodField()
    granted_minutes = serializers.SerializerMethodField()

    class Meta:
        model = Claim
        fields = [
            "id", "title", "category", "category_name", "format", "minutes", "granted_minutes", "earned_on", "state",
            "submitted_at", "decided_at", "decision_reason",
        ]  # fmt: skip

    def get_format(self, claim: Claim) -> str:
        return DeliveryFormat(claim.format).code

    def get_granted_minutes(self, claim: Claim) -> int | None:
        return next((0 if hasattr(entry, "reversed_by") else entry.minutes for entry in claim.entries.all()), None)


class OneClaimSerializer(ClaimSerializer):
    """With its files and every step that was taken."""

    evidence = EvidenceSerializer(many=True)
    steps = ClaimStepSerializer(many=True)

    class Meta(ClaimSerializer.Meta):
        fields = [*ClaimSerializer.Meta.fields, "description", "evidence", "steps"]


class QueuedClaimSerializer(ClaimSerializer):
    """A claim with whose it is."""

    advocate = serializers.IntegerField(source="advocate_id")
    name = serializers.CharField(source="advocate.full_name")

    class Meta(ClaimSerializer.Meta):
        fields = ["advocate", "name", *ClaimSerializer.Meta.fields]


class OneQueuedClaimSerializer(OneClaimSerializer, QueuedClaimSerializer):
    class Meta(OneClaimSerializer.Meta):
        fields = ["advocate", "name", *OneClaimSerializer.Meta.fields]
