"""Steps that have no page of their own: a POST that leads back to the page that it was asked from."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from compliance.views.scoping import BarScopedPage


class Deed(BarScopedPage):
    """Answers POST alone. ``leads_to`` is the page to which both success and refusal lead, by the keys it takes."""

    http_method_names = ["post", "options"]
    leads_to: ClassVar[str] = ""

    def back(self) -> str:
        keys: dict[str, Any] = {name: self.kwargs[name] for name in self.leading_keys()}
        return reverse(f"office:{self.leads_to}", kwargs=keys)

    def leading_keys(self) -> tuple[str, ...]:
        return ("bar", self.leads_to)


class Count(forms.Form):
    """How many were shown to whoever confirms."""

    count = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class Reason(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class CountedReason(Reason, Count):
    pass
