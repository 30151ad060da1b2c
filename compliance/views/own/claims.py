"""Credit that an advocate asks for: said, proved with files, submitted, and said better where it was returned."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from advocates.models import Bar
from cle.core.attachments import file_answer
from cle.core.clock import now
from cle.core.errors import DomainError
from compliance.queries.claims import complete, listed
from compliance.views.own.fields import ManyFilesField, day_field
from compliance.views.scoping import UNFIT, OwnScopedPage
from courses.evidence import Kind
from courses.models import Category, Claim, ClaimState, DeliveryFormat, Evidence
from courses.queries.catalogue import categories_at
from courses.services import claims as services
from courses.services.evidence import MOST_FILES, add_evidence, content_of, remove_evidence

MOST_HOURS: Final = services.MOST_MINUTES // 60


class ClaimForm(forms.Form):
    title = forms.CharField(label=_("What you learned, and where"), max_length=300)
    category = forms.ModelChoiceField(Category.objects.none(), label=_("Category"))
    format = forms.TypedChoiceField(label=_("Format"), choices=DeliveryFormat.choices, coerce=int)
    earned_on = day_field(_("Day on which it ended"))
    hours = forms.IntegerField(label=_("Hours of instruction"), min_value=0, max_value=MOST_HOURS, initial=0)
    minutes = forms.IntegerField(label=_("and minutes"), min_value=0, max_value=59, initial=0, required=False)
    description = forms.CharField(
        label=_("How the bar can check it"),
        help_text=_("Who taught, the programme, a link. Without a file this is needed."),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, bar: Bar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = categories_at(bar)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """With ``minutes`` of the whole instruction, as claims are kept."""
        given = dict(super().clean() or {})
        whole = (given.pop("hours", None) or 0) * 60 + (given.pop("minutes", None) or 0)
        if not whole and not self.errors:
            self.add_error("hours", _("Say how long the instruction lasted."))
        return {**given, "minutes": whole}


class EvidenceForm(forms.Form):
    papers = ManyFilesField(
        label=_("Photographs or PDF"), help_text=_("Up to 10 files of 10 MB: PDF, JPEG, PNG, WebP.")
    )
    no_identity_document = forms.BooleanField(
        label=_("None of them is an identity document"),
        help_text=_("Never upload a copy of an identity document: the law forbids collecting them."),
        error_messages={"required": _("Confirm that no file is a copy of an identity document.")},
    )


class DeedForm(forms.Form):
    """What is done with a claim as it stands."""

    do = forms.ChoiceField(choices=[(one, one) for one in ("submit", "withdraw", "remove", "upload")])
    reason = forms.CharField(max_length=500, required=False)
    evidence = forms.ModelChoiceField(Evidence.objects.none(), required=False)


class OwnClaimPage(OwnScopedPage):
    area = "claims"

    def claim(self) -> Claim:
        found: Claim = get_object_or_404(complete(Claim.objects.of(self.user)), pk=self.kwargs["claim"])
        return found


class Claims(OwnScopedPage):
    """The newest first, with what the bar has said."""

    area = "claims"
    template = "own/claims.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(rows=self.sheet(listed(Claim.objects.of(self.user)).order_by("-pk"), 25))


class NewClaim(OwnScopedPage):
    area = "claims"
    template = "own/claim_form.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(form=ClaimForm(bar=self.advocate.bar))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ClaimForm(request.POST, bar=self.advocate.bar)
        if form.is_valid() and (made := self._drafted(form)):
            return self.done(_("Saved as a draft. Add proof, then submit it."), "own:claim", made.pk)
        return self.page(UNFIT, form=form)

    def _drafted(self, form: ClaimForm) -> Claim | None:
        try:
            return services.draft_claim(self.advocate, by=self.user, now=now(), **form.cleaned_data)
        except DomainError as error:
            form.add_error("earned_on", str(error))
            return None


class ChangeClaim(OwnClaimPage):
    template = "own/claim_form.html"

    def get(self, request: HttpRequest, claim: int) -> HttpResponse:
        found = self.claim()
        hours, minutes = divmod(found.minutes, 60)
        kept = {name: getattr(found, name) for name in ("title", "category", "format", "earned_on", "description")}
        form = ClaimForm(initial={**kept, "hours": hours, "minutes": minutes}, bar=self.advocate.bar)
        return self.page(form=form, claim=found)

    def post(self, request: HttpRequest, claim: int) -> HttpResponse:
        found, form = self.claim(), ClaimForm(request.POST, bar=self.advocate.bar)
        if form.is_valid() and self._changed(found, form):
            return self.done(_("Saved."), "own:claim", found.pk)
        return self.page(UNFIT, form=form, claim=found)

    def _changed(self, claim: Claim, form: ClaimForm) -> bool:
        try:
            services.change_claim(claim, now=now(), **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
            return False
        return True


class OneClaim(OwnClaimPage):
    """What it says, its files, every step, and what can be done with it now."""

    template = "own/claim.html"

    def get(self, request: HttpRequest, claim: int) -> HttpResponse:
        return self._shown(self.claim(), EvidenceForm())

    def post(self, request: HttpRequest, claim: int) -> HttpResponse:
        found, form = self.claim(), DeedForm(request.POST)
        form.fields["evidence"].queryset = Evidence.objects.of(self.user).there().filter(claim=found)  # type: ignore[attr-defined]
        if not form.is_valid():
            return redirect("own:claim", found.pk)
        do = form.cleaned_data["do"]
        if do == "upload":
            return self._upload(found, EvidenceForm(request.POST, request.FILES))
        if do == "submit":
            services.submit_claim(found, by=self.user, now=now())
            return self.done(_("Submitted. The bar decides, and you are told here."), "own:claim", found.pk)
        if do == "withdraw":
            services.withdraw_claim(found, by=self.user, now=now(), reason=form.cleaned_data["reason"])
            return self.done(_("Withdrawn."), "own:claims")
        return self._remove(found, form.cleaned_data["evidence"])

    def _shown(self, claim: Claim, upload: EvidenceForm, status: int = 200) -> HttpResponse:
        there = [one for one in claim.evidence.all() if one.removed_at is None]
        entry = next(iter(claim.entries.all()), None)
        return self.page(
            status, claim=claim, files=there, upload=upload if len(there) < MOST_FILES else None, entry=entry,
            mine=claim.state in services.OPEN, waits=claim.state == ClaimState.SUBMITTED,
            provable=bool(there or claim.description.strip()), steps=claim.steps.all(),
        )  # fmt: skip

    def _upload(self, claim: Claim, form: EvidenceForm) -> HttpResponse:
        """Each file by itself: one that is refused keeps none of the others from being taken."""
        if not form.is_valid():
            return self._shown(claim, form, UNFIT)
        taken = sum(self._taken(claim, file) for file in form.cleaned_data["papers"])
        if taken:
            said = ngettext("%(n)s file was added.", "%(n)s files were added.", taken) % {"n": taken}
            messages.success(self.request, said)
        return redirect("own:claim", claim.pk)

    def _taken(self, claim: Claim, file: UploadedFile[Any]) -> bool:
        try:
            add_evidence(claim, str(file.name), file.read(), by=self.user, now=now())
        except DomainError as error:
            messages.error(self.request, f"{file.name}: {error}")
            return False
        return True

    def _remove(self, claim: Claim, evidence: Evidence | None) -> HttpResponse:
        if evidence is None:
            return redirect("own:claim", claim.pk)
        remove_evidence(evidence, now=now())
        return self.done(_("The file was taken away."), "own:claim", claim.pk)


class ClaimFile(OwnScopedPage):
    """A file as it is kept, to be saved."""

    def get(self, request: HttpRequest, claim: int, evidence: int) -> HttpResponse:
        rows = Evidence.objects.of(self.user).there()
        found: Evidence = get_object_or_404(rows, pk=evidence, claim=claim)
        content = content_of(found)
        if content is None:
            raise Http404
        return file_answer(content, Kind(found.kind).content_type, found.name)


urlpatterns = [
    path("claims/", Claims.as_view(), name="claims"),
    path("claims/new/", NewClaim.as_view(), name="claim-new"),
    path("claims/<int:claim>/", OneClaim.as_view(), name="claim"),
    path("claims/<int:claim>/change/", ChangeClaim.as_view(), name="claim-change"),
    path("claims/<int:claim>/files/<int:evidence>", ClaimFile.as_view(), name="claim-file"),
]
