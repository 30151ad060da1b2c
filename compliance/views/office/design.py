"""How the bar's certificates look: letterhead and signatory, with a picture of what is being typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from advocates.models import Bar
from advocates.services.bars import change_letterhead
from compliance.certificates.picture import picture_of
from compliance.services.certificates.specimens import specimen
from compliance.views.scoping import UNFIT, BarScopedPage

FIELDS = ("letterhead_kk", "letterhead_ru", "signatory_name", "signatory_title_kk", "signatory_title_ru")
_PERCENT = 60
"""Of 150 dots an inch: sharp enough on a phone, some 60 kB."""


class DesignForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Bar
        fields = FIELDS
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("letterhead_kk", "letterhead_ru")}

    def clean(self) -> dict[str, Any]:
        """What the fonts cannot draw, or the page cannot hold, is said here rather than when 6,000 are printed."""
        given = super().clean() or {}
        try:
            picture_of(specimen(self.instance, **{name: given.get(name, "") for name in FIELDS}), percent=10)
        except ValueError as error:
            raise forms.ValidationError(
                _("That cannot be printed: shorten the texts, or leave out unusual signs."), code="unprintable"
            ) from error
        return given


class Design(BarScopedPage):
    """A form beside its picture. With ?show=1 the picture is of what is typed, before it is saved."""

    purpose = Action.READ_CERTIFICATES
    changing = Action.KEEP_ROLL
    area = "certificates"
    template = "office/design.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        typed = request.GET.dict() if "show" in request.GET else None
        return self._shown(DesignForm(typed, instance=self.bar), typed)

    def post(self, request: HttpRequest, bar: str) -> HttpResponse:
        form = DesignForm(request.POST, instance=Bar.objects.get(pk=self.bar.pk))
        if not form.is_valid():
            return self._shown(form, request.POST.dict(), UNFIT)
        change_letterhead(self.bar, **form.cleaned_data)
        said = _("From now on certificates look like this. Those that were issued stay as they are.")
        return self.done(said, "office:design", self.bar.code)

    def _shown(self, form: DesignForm, typed: dict[str, Any] | None, status: int = 200) -> HttpResponse:
        sound = typed is None or form.is_valid()
        words = {name: typed.get(name, "") for name in FIELDS} if typed and sound else {}
        picture = reverse("office:design-picture", args=[self.bar.code])
        return self.page(
            status=status, form=form, picture=f"{picture}?{urlencode(words)}" if words else picture, sound=sound
        )


class DesignPicture(BarScopedPage):
    """A certificate about nobody, in the bar's look or in the one that is asked for: a PNG."""

    purpose = Action.READ_CERTIFICATES

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        words = {name: request.GET[name][:2000] for name in FIELDS if name in request.GET}
        try:
            picture = picture_of(specimen(self.bar, **words), percent=_PERCENT)
        except ValueError as error:
            raise Http404 from error
        return HttpResponse(picture, content_type="image/png")


urlpatterns = [
    path("<str:bar>/certificates/design/", Design.as_view(), name="design"),
    path("<str:bar>/certificates/design.png", DesignPicture.as_view(), name="design-picture"),
]
