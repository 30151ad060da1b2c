"""Consents to the processing of personal data: read, given, taken back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from advocates.models import Consent
from advocates.services.consents import as_shown, give_consent, offered_text, withdraw_consent
from cle.core.clock import now
from cle.core.errors import DomainError
from compliance.views.scoping import UNFIT, OwnScopedPage


class AgreeForm(forms.Form):
    """``version`` is that of the text which was read."""

    version = forms.CharField(max_length=100, widget=forms.HiddenInput)
    agreed = forms.BooleanField(label=_("I have read this, and agree"))


class ConsentPage(OwnScopedPage):
    area = "file"

    def mine(self) -> Any:
        return Consent.objects.filter(advocate=self.advocate).select_related("withdrawal")


class Consents(ConsentPage):
    """The text in force with what was agreed to, and what became of what was taken back."""

    template = "own/consents.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._shown()

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AgreeForm(request.POST)
        if not form.is_valid():
            return self._shown(form, UNFIT)
        language = get_language() or "kk"
        give_consent(self.advocate, form.cleaned_data["version"], language, by=self.user, now=now())
        return self.done(_("Your consent is recorded."), "own:consents")

    def _shown(self, form: AgreeForm | None = None, status: int = 200) -> HttpResponse:
        consents = list(self.mine().order_by("-given_at", "-pk"))
        text = self._text()
        standing = {one.version for one in consents if self._stands(one)}
        if text and text["version"] not in standing:
            form = form or AgreeForm(initial={"version": text["version"]})
        else:
            form = None
        shown = [{"consent": one, "stands": self._stands(one)} for one in consents]
        return self.page(status, text=text, form=form, shown=shown)

    def _text(self) -> dict[str, Any] | None:
        try:
            operator, text = offered_text(self.advocate.bar, get_language() or "kk", self.today)
        except DomainError:
            return None
        return as_shown(operator, text, self.advocate)

    def _stands(self, consent: Consent) -> bool:
        return not hasattr(consent, "withdrawal") and (consent.until is None or consent.until >= self.today)


class OneConsent(ConsentPage):
    """What was agreed to; taking it back is asked about here, and done by a second press."""

    template = "own/consent.html"

    def get(self, request: HttpRequest, consent: int) -> HttpResponse:
        found = get_object_or_404(self.mine(), pk=consent)
        return self.page(consent=found, withdrawal=getattr(found, "withdrawal", None))

    def post(self, request: HttpRequest, consent: int) -> HttpResponse:
        withdraw_consent(get_object_or_404(self.mine(), pk=consent), by=self.user, now=now())
        return self.done(_("Taken back. The bar stops, or answers with its reasons."), "own:consent", consent)


urlpatterns = [
    path("consents/", Consents.as_view(), name="consents"),
    path("consents/<int:consent>/", OneConsent.as_view(), name="consent"),
]
