"""The claims that wait, oldest first, and one claim with its evidence beside the form in which it is decided."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from advocates.models import FilePart
from advocates.services.reads import record_read
from cle.core.clock import now
from compliance.queries.claims import complete, listed, next_waiting
from compliance.queries.rules import ancestry, rules_of
from compliance.views.scoping import UNFIT, BarScopedPage
from courses.evidence import Kind
from courses.models import Category, Claim, ClaimState, Evidence
from courses.services import claims as services
from courses.services.evidence import content_of

SEEN = [(state.value, state.label) for state in ClaimState if state != ClaimState.DRAFT]

KEYS = {"minutes": "M", "category": "C", "reason": "W"}
"""Keys that lead to the fields of the decision; those of its buttons stand in the page."""


class QueueFilters(forms.Form):
    state = forms.ChoiceField(label=_("State"), required=False, choices=[*SEEN, ("all", _("all"))])
    category = forms.ModelChoiceField(
        Category.objects.none(), label=_("Category"), required=False, empty_label=_("any")
    )

    def __init__(self, *args: Any, bars: list[int] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if bars is not None:
            self.fields["category"].queryset = Category.objects.filter(bar__in=bars)  # type: ignore[attr-defined]


class Claims(BarScopedPage):
    """What was submitted: at first what waits, the longest waiting at the top."""

    purpose = Action.READ_CLAIMS
    changing = Action.DECIDE_CLAIMS
    area = "claims"
    filters = QueueFilters
    template = "office/claims.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        form, asked = self.asked(bars=ancestry(self.bar))
        state = asked.get("state", ClaimState.SUBMITTED)
        rows = listed(Claim.objects.for_bar(self.bar).seen_by_staff())
        if state != "all":
            rows = rows.filter(state=state)
        if category := asked.get("category"):
            rows = rows.filter(category=category)
        rows = rows.order_by("submitted_at" if state == ClaimState.SUBMITTED else "-submitted_at", "pk")
        return self.page(form=form, rows=self.sheet(rows), waits=state == ClaimState.SUBMITTED)


class DecisionForm(forms.Form):
    """Of an approval, minutes and category; the reason is asked for whatever is not as it was claimed."""

    minutes = forms.IntegerField(label=_("Minutes granted"), required=False, min_value=1)
    category = forms.ModelChoiceField(Category.objects.none(), label=_("Category"), required=False, empty_label=None)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The advocate reads it. Needed to return or reject, and to grant less or something else."),
    )  # fmt: skip
    decision = forms.ChoiceField(choices=[(each, each) for each in ("approve", "return", "reject")])

    def __init__(self, claim: Claim, bars: list[int], data: Any = None) -> None:
        super().__init__(data, initial={"minutes": claim.minutes, "category": claim.category_id})
        self.claim = claim
        for name, key in KEYS.items():
            self.fields[name].widget.attrs["data-key"] = key
        self.fields["minutes"].widget.attrs["max"] = claim.minutes
        self.fields["minutes"].help_text = _("At most the %(most)s claimed.") % {"most": claim.minutes}
        self.fields["category"].queryset = Category.objects.filter(bar__in=bars)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given, claim = super().clean() or self.cleaned_data, self.claim
        minutes = given["minutes"] = given.get("minutes") or claim.minutes
        category = given["category"] = given.get("category") or claim.category
        if minutes > claim.minutes:
            self.add_error("minutes", _("At most the %(most)s claimed.") % {"most": claim.minutes})
        as_claimed = (minutes, category) == (claim.minutes, claim.category)
        if not given.get("reason") and (given.get("decision") != "approve" or not as_claimed):
            self.add_error("reason", _("Say why."))
        return given


class OneClaim(BarScopedPage):
    """One claim with its files and every step; deciding it leads to the next. Nobody decides their own."""

    purpose = Action.READ_CLAIMS
    changing = Action.DECIDE_CLAIMS
    area = "claims"
    template = "office/claim.html"

    @cached_property
    def claim(self) -> Claim:
        rows = complete(Claim.objects.for_bar(self.bar).seen_by_staff())
        return get_object_or_404(rows, pk=self.kwargs["claim"])

    @property
    def may_decide(self) -> bool:
        claim = self.claim
        return self.may_change and claim.state == ClaimState.SUBMITTED and claim.advocate.user_id != self.user.pk

    def form(self, data: Any = None) -> DecisionForm:
        return DecisionForm(self.claim, ancestry(self.bar), data)

    def get(self, request: HttpRequest, bar: str, claim: int) -> HttpResponse:
        response = self.shown(self.form())
        record_read(self.user, FilePart.CLAIM, self.claim.advocate_id)
        return response

    def post(self, request: HttpRequest, bar: str, claim: int) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.shown(form, UNFIT)
        self.decide(**form.cleaned_data)
        said = _("%(claim)s: decided.") % {"claim": self.claim.title}
        found = next_waiting(self.bar, self.claim, self.user)
        if found is None:
            return self.done(said, "office:claims", self.bar.code)
        return self.done(said, "office:claim", self.bar.code, found.pk)

    def decide(self, decision: str, minutes: int, category: Category, reason: str) -> None:
        if decision == "approve":
            services.approve_claim(
                self.claim, by=self.user, now=now(), minutes=minutes, category=category, reason=reason
            )
        elif decision == "return":
            services.return_claim(self.claim, by=self.user, now=now(), reason=reason)
        else:
            services.reject_claim(self.claim, by=self.user, now=now(), reason=reason)

    def shown(self, form: forms.Form, status: int = 200) -> HttpResponse:
        claim, era = self.claim, rules_of(self.bar).at(self.today)
        there = [file for file in claim.evidence.all() if file.removed_at is None]
        return self.page(
            status, form=form, claim=claim, files=there, may_decide=self.may_decide,
            is_own=claim.advocate.user_id == self.user.pk, granted=next(iter(claim.entries.all()), None),
            unit_minutes=era.rulebook.unit.minutes if era else 60,
            next=next_waiting(self.bar, claim, self.user) if self.may_change else None,
        )  # fmt: skip


class ClaimFile(BarScopedPage):
    """A file of a claim as the page beside the form shows it; nothing in it runs, and no other site may frame it."""

    purpose = Action.READ_CLAIMS

    def get(self, request: HttpRequest, bar: str, claim: int, evidence: int) -> HttpResponse:
        rows = Evidence.objects.for_bar(self.bar).there().filter(claim__submitted_at__isnull=False)
        found = get_object_or_404(rows.select_related("claim"), pk=evidence, claim=claim)
        record_read(self.user, FilePart.CLAIM, found.claim.advocate_id)
        content = content_of(found)
        if content is None:
            raise Http404
        response = HttpResponse(content, content_type=Kind(found.kind).content_type)
        response["Content-Disposition"] = content_disposition_header(False, found.name) or "inline"
        response["X-Frame-Options"] = "SAMEORIGIN"
        sandbox = "" if found.kind == Kind.PDF else "sandbox; "  # browsers show no PDF in a sandbox
        response["Content-Security-Policy"] = f"{sandbox}default-src 'none'; frame-ancestors 'self'"
        return response


_ONE = "<str:bar>/claims/<int:claim>/"
urlpatterns = [
    path("<str:bar>/claims/", Claims.as_view(), name="claims"),
    path(_ONE, OneClaim.as_view(), name="claim"),
    path(f"{_ONE}files/<int:evidence>/", ClaimFile.as_view(), name="claim-file"),
]
