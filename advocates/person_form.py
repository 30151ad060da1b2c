"""The form of an advocate's page: a national identifier can be given or forgotten there, and is never shown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from advocates.identifiers import parse_national_id
from advocates.models import Advocate


class AdvocateForm(forms.ModelForm):  # type: ignore[type-arg]
    new_national_id = forms.CharField(
        label=_("New national identifier"),
        required=False,
        max_length=30,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text=_("Optional. It is kept encrypted and shown to nobody; leave this empty to keep what is recorded."),
    )
    forget_national_id = forms.BooleanField(
        label=_("Forget the recorded national identifier"), required=False, widget=UnfoldBooleanWidget
    )

    class Meta:
        model = Advocate
        fields = ["email", "phone", "address", "language"]

    def clean_new_national_id(self) -> str:
        found = parse_national_id(self.cleaned_data["new_national_id"], self.instance.bar.jurisdiction)
        if found.problem:
            raise forms.ValidationError(str(found.problem.message), code=found.problem.code)
        return found.value

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        number, forget = cleaned.get("new_national_id"), cleaned.get("forget_national_id")
        if number and forget:
            raise forms.ValidationError(_("Give a new national identifier, or have the recorded one forgotten."))
        holders = Advocate.objects.for_bar(self.instance.bar_id).exclude(pk=self.instance.pk)
        if number and holders.filter(national_id=number).exists():
            message = _("Another advocate of the bar has this national identifier.")
            self.add_error("new_national_id", forms.ValidationError(message, code="national-id-taken"))
        elif number or forget:
            self.instance.national_id = number or ""
        return cleaned
