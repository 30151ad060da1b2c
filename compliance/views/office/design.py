"""How the bar's certificates look: letterhead, signatory, emblem and seal, with a picture of what is being typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from advocates.models import Bar
from advocates.services.bars import change_letterhead
from cle.core.clock import now
from cle.core.errors import FileRefused
from compliance.certificates.picture import picture_of
from compliance.models import PicturePart
from compliance.services.certificates.pictures import LARGEST, Shelf, pictures_in_use, put_picture, remove_picture
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
            _drawn(self.instance, {name: given.get(name, "") for name in FIELDS}, percent=10)
        except ValueError as error:
            raise forms.ValidationError(
                _("That cannot be printed: shorten the texts, or leave out unusual signs."), code="unprintable"
            ) from error
        return given


class PictureForm(forms.Form):
    """One of the two pictures; without a file it is taken off."""

    part = forms.ChoiceField(choices=PicturePart.choices, widget=forms.HiddenInput)
    file = forms.FileField(
        label=_("Picture"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg"}),
        help_text=_("PNG or JPEG, at most 2 MB, at least 120 points a side. A clear background looks best."),
    )
    remove = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean_file(self) -> UploadedFile[Any] | None:
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > LARGEST:
            raise forms.ValidationError(_("The picture is larger than 2 MB."), code="picture-too-large")
        return file

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not given.get("remove") and not given.get("file"):
            self.add_error("file", _("Choose a picture."))
        return given


class DesignPage(BarScopedPage):
    """A form beside its picture, and a form for each of the two pictures in it."""

    purpose = Action.READ_CERTIFICATES
    changing = Action.KEEP_ROLL
    area = "certificates"
    template = "office/design.html"

    def shown(
        self, form: DesignForm, typed: dict[str, Any] | None, status: int = 200, wrong: PictureForm | None = None
    ) -> HttpResponse:
        sound = typed is None or form.is_valid()
        words = {name: typed.get(name, "") for name in FIELDS} if typed and sound else {}
        picture = reverse("office:design-picture", args=[self.bar.code])
        return self.page(
            status=status, form=form, picture=f"{picture}?{urlencode(words)}" if words else picture, sound=sound,
            parts=self._parts(wrong),
        )  # fmt: skip

    def _parts(self, wrong: PictureForm | None) -> list[dict[str, Any]]:
        """Each part with the picture in use, if there is one, and its form."""
        there = pictures_in_use(self.bar)
        filled = {wrong.data.get("part"): wrong} if wrong else {}
        return [
            {
                "part": part,
                "picture": there.get(part.value),
                "form": filled.get(part.value) or PictureForm(auto_id=f"{part.value}_%s"),
            }
            for part in PicturePart
        ]


class Design(DesignPage):
    """With ?show=1 the picture is of what is typed, before it is saved."""

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        typed = request.GET.dict() if "show" in request.GET else None
        return self.shown(DesignForm(typed, instance=self.bar), typed)

    def post(self, request: HttpRequest, bar: str) -> HttpResponse:
        form = DesignForm(request.POST, instance=Bar.objects.get(pk=self.bar.pk))
        if not form.is_valid():
            return self.shown(form, request.POST.dict(), UNFIT)
        change_letterhead(self.bar, **form.cleaned_data)
        said = _("From now on certificates look like this. Those that were issued stay as they are.")
        return self.done(said, "office:design", self.bar.code)


class DesignPart(DesignPage):
    """The emblem or the seal: put there, or taken off."""

    def post(self, request: HttpRequest, bar: str) -> HttpResponse:
        part = request.POST.get("part")
        form = PictureForm(request.POST, request.FILES, auto_id=f"{part}_%s" if part in PicturePart else "part_%s")
        if not form.is_valid():
            return self.shown(DesignForm(instance=self.bar), None, UNFIT, form)
        part, file = PicturePart(form.cleaned_data["part"]), form.cleaned_data["file"]
        if form.cleaned_data["remove"]:
            remove_picture(self.bar, part, by=self.user, now=now())
            return self.done(_("From now on it is not printed. What was issued keeps it."), "office:design", bar)
        try:
            put_picture(self.bar, part, file.read(), by=self.user, now=now())
        except FileRefused as refused:
            form.add_error("file", str(refused))
            return self.shown(DesignForm(instance=self.bar), None, UNFIT, form)
        said = _("From now on certificates look like this. Those that were issued stay as they are.")
        return self.done(said, "office:design", bar)


def _drawn(bar: Bar, words: dict[str, str], *, percent: int) -> bytes:
    """Raises ValueError for what cannot be printed."""
    snapshot = specimen(bar, **words)
    return picture_of(snapshot, Shelf().of(bar.pk, snapshot), percent=percent)


class DesignPicture(BarScopedPage):
    """A certificate about nobody, in the bar's look or in the one that is asked for: a PNG."""

    purpose = Action.READ_CERTIFICATES

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        words = {name: request.GET[name][:2000] for name in FIELDS if name in request.GET}
        try:
            picture = _drawn(self.bar, words, percent=_PERCENT)
        except ValueError as error:
            raise Http404 from error
        return HttpResponse(picture, content_type="image/png")


urlpatterns = [
    path("<str:bar>/certificates/design/", Design.as_view(), name="design"),
    path("<str:bar>/certificates/design/picture/", DesignPart.as_view(), name="design-part"),
    path("<str:bar>/certificates/design.png", DesignPicture.as_view(), name="design-picture"),
]
