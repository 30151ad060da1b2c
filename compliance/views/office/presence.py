"""Presence by code at a session: what hangs on the wall, who has come, and taking it over as attendance."""

from __future__ import annotations

from typing import Any, Final

import segno
from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from advocates.access import Action
from advocates.models import ImportState, Outcome
from cle.core.attachments import file_answer
from cle.core.clock import now
from compliance.queries.presence_papers import shown_on_paper, signer
from compliance.reports.presence import poster, sheet
from compliance.views.scoping import UNFIT, BarScopedPage
from courses.attendance.codes import POSTER_DIGITS, STEP, poster_code, screen_code, seconds_left, spaced
from courses.attendance.stays import SOURCE
from courses.models import AttendanceFile, Session
from courses.queries.attendance import open_lines
from courses.queries.presence import AFTER, BEFORE, count_at, expected_at, is_open, people_at
from courses.services.attendance import apply_attendance, discard_preview
from courses.services.presence import switch_poster
from courses.services.presence_taking import previews_of, take_over

BLANK_ROWS: Final = 15


class SessionPage(BarScopedPage):
    """Something about the presence at a session of the bar."""

    purpose, changing = Action.READ_ATTENDANCE, Action.KEEP_ATTENDANCE
    area = "sessions"

    def session(self) -> Session:
        rows = Session.objects.for_bar(self.bar).select_related("course", "bar")
        found: Session = get_object_or_404(rows, pk=self.kwargs["session"])
        return found


class ShownPage(SessionPage):
    """A page that shows a code: for those alone who keep the attendance, or others could check in from afar."""

    purpose = Action.KEEP_ATTENDANCE


class PosterForm(forms.Form):
    on = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])


class Presence(SessionPage):
    """Who has checked in; a poster is switched on and off here."""

    template = "office/presence.html"

    def get(self, request: HttpRequest, bar: str, session: int) -> HttpResponse:
        found = self.session()
        people = people_at(found)
        return self.page(
            session=found, people=people, inside=sum(one.is_there for one in people),
            by_poster=sum(one.by_poster for one in people), is_open=is_open(found, now()),
            opens_at=found.starts_at - BEFORE, over=now() >= found.ends_at, previews=previews_of(found),
        )  # fmt: skip

    def post(self, request: HttpRequest, bar: str, session: int) -> HttpResponse:
        found, form = self.session(), PosterForm(request.POST)
        if form.is_valid():
            on = switch_poster(found, form.cleaned_data["on"] == "yes", now=now()).poster_since is not None
            said = _("The poster may be used.") if on else _("The poster no longer counts.")
            return self.done(said, "office:presence", bar, session)
        return redirect("office:presence", bar, session)


class Screen(ShownPage):
    """For the projector: the code of this moment, and how many have come. It looks again by itself."""

    template = "office/presence_screen.html"

    def get(self, request: HttpRequest, bar: str, session: int) -> HttpResponse:
        found, moment = self.session(), now()
        came, inside = count_at(found)
        code = screen_code(found.pk, moment)
        return self.page(
            session=found, came=came, inside=inside, is_open=is_open(found, moment),
            opens_at=found.starts_at - BEFORE, closed=moment > found.ends_at + AFTER,
            left=seconds_left(moment), step=STEP, **_drawn(code, "m"),
        )  # fmt: skip


class Poster(ShownPage):
    """To be printed: a code that stays the same, once an officer has switched it on."""

    template = "office/presence_poster.html"

    def get(self, request: HttpRequest, bar: str, session: int) -> HttpResponse:
        found = self.session()
        drawn = _drawn(poster_code(found.pk, found.poster_since), "q") if found.poster_since else {}
        return self.page(session=found, digits=POSTER_DIGITS, **drawn)


class PosterFile(ShownPage):
    """The poster as a PDF, once an officer has switched it on."""

    def get(self, request: HttpRequest, bar: str, session: int) -> HttpResponse:
        found = self.session()
        if found.poster_since is None:
            raise Http404
        code = poster_code(found.pk, found.poster_since)
        pdf = poster.draw(shown_on_paper(found), link=_link(code), code=spaced(code), address=_typed_at())
        return file_answer(pdf, "application/pdf", f"poster-{self.bar.code}-{found.pk}.pdf")


def _link(code: str) -> str:
    return settings.PUBLIC_URL + reverse("here-code", args=[code])


def _typed_at() -> str:
    return settings.PUBLIC_URL.partition("://")[2] + reverse("here")


def _drawn(code: str, error: str) -> dict[str, Any]:
    symbol = segno.make(_link(code), error=error, micro=False)
    # Digits and modules alone: nothing of it was typed by anybody.
    svg: SafeString = mark_safe(symbol.svg_inline(omitsize=True, border=4, dark="#000", light="#fff"))  # noqa: S308
    return {"qr": svg, "code": spaced(code), "address": _typed_at()}


class BlankForm(forms.Form):
    blank = forms.IntegerField(label=_("Blank rows"), min_value=0, max_value=200, required=False)


class SignInSheet(SessionPage):
    """To be printed and signed by hand: those who have a place, in the order of the alphabet, and blank rows."""

    template = "office/presence_sheet.html"

    def get(self, request: HttpRequest, bar: str, session: int) -> HttpResponse:
        found, people, form = self.session(), expected_at(self.kwargs["session"]), self.form()
        blank = self.blank(form)
        numbers = range(len(people) + 1, len(people) + 1 + blank)
        return self.page(session=found, people=people, blank=numbers, form=form, rows=blank)

    def form(self) -> BlankForm:
        return BlankForm(self.request.GET or {"blank": BLANK_ROWS})

    def blank(self, form: BlankForm) -> int:
        return (form.cleaned_data.get("blank") if form.is_valid() else None) or 0


class SignInSheetFile(SignInSheet):
    """The same as a PDF: the session and the number of the page on each sheet."""

    def get(self, request: HttpRequest, bar: str, session: int) -> HttpResponse:
        found = self.session()
        people = [signer(one, found.bar) for one in expected_at(found.pk)]
        pdf = sheet.draw(shown_on_paper(found), people, self.blank(self.form()))
        return file_answer(pdf, "application/pdf", f"sheet-{self.bar.code}-{found.pk}.pdf")


class TakeOverForm(forms.Form):
    count_open = forms.ChoiceField(
        label=_("Who did not check out"),
        choices=[("yes", _("counts until the end of the session")), ("no", _("does not count"))],
        initial="yes",
        widget=forms.RadioSelect,
    )


class TakeOver(SessionPage):
    """What is on record by code, and the one thing to decide before it is looked at as attendance."""

    template = "office/presence_take_over.html"

    def get(self, request: HttpRequest, bar: str, session: int) -> HttpResponse:
        return self._asked(TakeOverForm(initial={"count_open": "yes"}))

    def post(self, request: HttpRequest, bar: str, session: int) -> HttpResponse:
        form = TakeOverForm(request.POST)
        if not form.is_valid():
            return self._asked(form, UNFIT)
        counting = form.cleaned_data["count_open"] == "yes"
        file = take_over(self.session(), count_open=counting, by=self.user, now=now())
        return redirect("office:presence-taken", bar, session, file.pk)

    def _asked(self, form: TakeOverForm, status: int = 200) -> HttpResponse:
        found = self.session()
        people = people_at(found)
        return self.page(
            status, session=found, form=form, came=len(people), inside=sum(one.is_there for one in people),
            by_poster=sum(one.by_poster for one in people), over=now() >= found.ends_at,
        )  # fmt: skip


class DecideForm(forms.Form):
    do = forms.ChoiceField(choices=[("apply", "apply"), ("discard", "discard")])


class Taken(SessionPage):
    """What the presences come to, person by person, until somebody applies it or puts it aside."""

    template = "office/presence_taken.html"

    def file(self) -> AttendanceFile:
        rows = AttendanceFile.objects.for_bar(self.bar).filter(session=self.kwargs["session"], source=SOURCE)
        found: AttendanceFile = get_object_or_404(rows.defer("content"), pk=self.kwargs["attendancefile"])
        return found

    def get(self, request: HttpRequest, bar: str, session: int, attendancefile: int) -> HttpResponse:
        file = self.file()
        lines = self.sheet(file.lines.select_related("advocate").order_by("pk"), 100)
        return self.page(
            session=self.session(), file=file, lines=lines, waits=file.state == ImportState.PREVIEWED,
            adds=file.lines.filter(outcome__in=(Outcome.CREATED, Outcome.CHANGED)).count(),
            open=open_lines(file).count(),
        )  # fmt: skip

    def post(self, request: HttpRequest, bar: str, session: int, attendancefile: int) -> HttpResponse:
        file, form = self.file(), DecideForm(request.POST)
        if not form.is_valid():
            return redirect("office:presence-taken", bar, session, file.pk)
        if form.cleaned_data["do"] == "discard":
            discard_preview(file)
            return self.done(_("Put aside."), "office:presence", bar, session)
        applied = apply_attendance(file, by=self.user, now=now())
        written = applied.lines.filter(outcome__in=(Outcome.CREATED, Outcome.CHANGED)).count()
        said = ngettext("%(n)s attendance is on record.", "%(n)s attendances are on record.", written) % {"n": written}
        return self.done(said, "office:presence-taken", bar, session, file.pk)


AT = "<str:bar>/sessions/<int:session>/presence"
urlpatterns = [
    path(f"{AT}/", Presence.as_view(), name="presence"),
    path(f"{AT}/screen/", Screen.as_view(), name="presence-screen"),
    path(f"{AT}/poster/", Poster.as_view(), name="poster"),
    path(f"{AT}/poster.pdf", PosterFile.as_view(), name="poster-file"),
    path(f"{AT}/sheet.pdf", SignInSheetFile.as_view(), name="sign-in-sheet-file"),
    path(f"{AT}/sheet/", SignInSheet.as_view(), name="sign-in-sheet"),
    path(f"{AT}/take-over/", TakeOver.as_view(), name="presence-take-over"),
    path(f"{AT}/take-over/<int:attendancefile>/", Taken.as_view(), name="presence-taken"),
]
