"""I am here: an advocate checks in and out with the code that is shown in the room, by camera or by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _

from advocates.models import User
from cle.core.clock import now
from cle.core.throttle import address_of
from compliance.services.presence import NOT_SHOWN, TOO_MANY, WRONG_CODES, has_guessed_too_often, named, shown_to
from compliance.views.scoping import UNFIT, OwnScopedPage
from courses.attendance.codes import bare
from courses.models import Session
from courses.queries.presence import How, Kind, Shown, is_open, marks_at, presences_of, stays_of
from courses.services.presence import mark_presence

SEEN_FOR: Final = dt.timedelta(minutes=10)
"""How long a browser that has opened a code may take to log in and to confirm; nobody else can use what it has seen."""
_SEEN = "codes seen"
_SHOWN, _REMEMBERED = 20, 3


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        help_text=_("The digits on the screen or on the poster; spaces do not matter."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "pattern": r"[0-9 \-]*"}),
    )

    def clean_code(self) -> str:
        code = bare(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(_("A code has 8 or 10 digits."))
        return code


class MarkForm(forms.Form):
    kind = forms.ChoiceField(choices=Kind.choices)


class PresencePage(OwnScopedPage):
    area = "here"
    template = "own/here.html"

    def listed(self, form: CodeForm, status: int = 200) -> HttpResponse:
        return self.page(status, "own/here.html", form=form, presences=presences_of(self.advocate, _SHOWN))


class Here(PresencePage):
    """Where the code is typed in, and what came of it before."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.listed(CodeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CodeForm(request.POST)
        if not form.is_valid():
            return self.listed(form, UNFIT)
        return redirect("here-code", form.cleaned_data["code"])


class HereByCode(PresencePage):
    """What a camera opens. A code that was good when it was opened stays good for this browser, which may have to
    log in first.
    """

    template = "own/here_code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, User):
            _look(request, f"address:{address_of(request)}", WRONG_CODES * 10, kwargs["presence_code"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, presence_code: str) -> HttpResponse:
        shown = self._shown(presence_code)
        if shown is None:
            return self._refused(presence_code)
        stays = stays_of(marks_at(shown.session, self.advocate))
        is_there = bool(stays) and stays[-1][1] is None
        return self.page(
            session=shown.session, by_poster=shown.how == How.POSTER, stays=stays, is_there=is_there,
            code=presence_code, over=now() > shown.session.ends_at,
        )  # fmt: skip

    def post(self, request: HttpRequest, presence_code: str) -> HttpResponse:
        shown, form = self._shown(presence_code), MarkForm(request.POST)
        if shown is None or not form.is_valid():
            return self._refused(presence_code)
        mark = mark_presence(shown.session, self.advocate, Kind(form.cleaned_data["kind"]), shown.how, now=now())
        said = _("You have checked in.") if mark.kind == Kind.IN else _("You have checked out.")
        return self.done(said, "here")

    def _shown(self, code: str) -> Shown | None:
        return _look(self.request, named(self.advocate), WRONG_CODES, code)

    def _refused(self, code: str) -> HttpResponse:
        form = CodeForm({"code": code})
        form.is_valid()
        if has_guessed_too_often(self.advocate):
            form.add_error("code", str(TOO_MANY))
            return self.listed(form, 429)
        form.add_error("code", str(NOT_SHOWN))
        return self.listed(form, UNFIT)


def _look(request: HttpRequest, who: str, most: int, code: str) -> Shown | None:
    """The session whose code it is, or was when this browser opened it; wrong codes are counted against guessing."""
    moment = now()
    if seen := _remembered(request, code, moment):
        return seen
    shown = shown_to(who, most, code, moment)
    if shown is not None:
        _remember(request, code, shown, moment)
    return shown


def _remember(request: HttpRequest, code: str, shown: Shown, moment: dt.datetime) -> None:
    kept = {key: one for key, one in request.session.get(_SEEN, {}).items() if key != code}
    kept[code] = [shown.session.pk, shown.how.value, moment.timestamp()]
    request.session[_SEEN] = dict(list(kept.items())[-_REMEMBERED:])


def _remembered(request: HttpRequest, code: str, moment: dt.datetime) -> Shown | None:
    session, how, seen_at = request.session.get(_SEEN, {}).get(code, (0, "", 0.0))
    if not session or moment.timestamp() - seen_at > SEEN_FOR.total_seconds():
        return None
    found = Session.objects.select_related("course", "bar").filter(pk=session).first()
    return Shown(found, How(how)) if found is not None and is_open(found, moment) else None


urlpatterns = [
    path("here/", Here.as_view(), name="here"),
    path("here/<str:presence_code>", HereByCode.as_view(), name="here-code"),
]
