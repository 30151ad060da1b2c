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
_SO_FROM_NOW_ON = _("From now on certificates look like this. Those that were issued stay as they are.")
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
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg"}),
        help_text=_("PNG or JPEG, at most 2 MB, at least 120 points a side. A clear background looks best."),
    )
    remove = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        part = str(self["part"].value())
        self.auto_id = f"{part}_%s" if part in PicturePart.values else "part_%s"
        self.fields["file"].label = str(dict(PicturePart.choices).get(part, "")).capitalize()

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


class Design(BarScopedPage):
    """A form beside its picture, and a form for each of the two pictures in it.

    With ?show=1 the picture is of what is typed, before it is saved.
    """

    purpose = Action.READ_CERTIFICATES
    changing = Action.KEEP_ROLL
    area = "certificates"
    template = "office/design.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        typed = request.GET.dict() if "show" in request.GET else None
        return self._shown(DesignForm(typed, instance=self.bar), typed)

    def post(self, request: HttpRequest, bar: str) -> HttpResponse:
        if "part" in request.POST:
            return self._pictured(PictureForm(request.POST, request.FILES))
        form = DesignForm(request.POST, instance=Bar.objects.get(pk=self.bar.pk))
        if not form.is_valid():
            return self._shown(form, request.POST.dict(), UNFIT)
        change_letterhead(self.bar, **form.cleaned_data)
        return self.done(_SO_FROM_NOW_ON, "office:design", self.bar.code)

    def _pictured(self, form: PictureForm) -> HttpResponse:
        """Put a picture there, or take it off."""
        if not form.is_valid():
            return self._shown(DesignForm(instance=self.bar), None, UNFIT, form)
        part = PicturePart(form.cleaned_data["part"])
        if form.cleaned_data["remove"]:
            remove_picture(self.bar, part, by=self.user, now=now())
            said = _("From now on it is not printed. What was issued keeps it.")
            return self.done(said, "office:design", self.bar.code)
        try:
            put_picture(self.bar, part, form.cleaned_data["file"].read(), by=self.user, now=now())
        except FileRefused as refused:
            form.add_error("file", str(refused))
            return self._shown(DesignForm(instance=self.bar), None, UNFIT, form)
        return self.done(_SO_FROM_NOW_ON, "office:design", self.bar.code)

    def _shown(
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
                "form": filled.get(part.value) or PictureForm(initial={"part": part.value}),
            }
            for part in PicturePart
        ]


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
    path("<str:bar>/certificates/design.png", DesignPicture.as_view(), name="design-picture"),
]
