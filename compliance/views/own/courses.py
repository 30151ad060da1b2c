"""The catalogue: what can be attended, a place in it or in its waiting list, and the way into the calendar."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext_lazy as _

from advocates.acting import beyond_the_wall
from advocates.models import Bar, Language
from cle.core.clock import now
from compliance.calendars import CONTENT_TYPE, write_calendar
from compliance.views.own.listed import listed, unit_of
from compliance.views.scoping import OwnScopedPage
from courses.models import Category, DeliveryFormat, RegistrationState, Session
from courses.queries.catalogue import Wanted
from courses.queries.places import catalogue_of, counted, registrations_of, sessions_open_to
from courses.queries.roster import session_day
from courses.services.registrations import give_up
from courses.services.sessions import register

FORMATS = [(delivery.code, delivery.label) for delivery in DeliveryFormat]
NAMES = {"from": "first", "to": "last"}
"""What a filter is called in the address, and by the query."""


def categories_for(bar: Bar) -> QuerySet[Category]:
    """Kinds of credit that the bar or one above it keeps."""
    return Category.objects.filter(bar__in=Bar.objects.above(bar))


def day_field(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


class CatalogueFilters(forms.Form):
    category = forms.ModelChoiceField(
        Category.objects.none(), label=_("Category"), required=False, to_field_name="code", empty_label=_("any")
    )
    format = forms.ChoiceField(label=_("Format"), required=False, choices=[("", _("any")), *FORMATS])
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[("", _("any")), *Language.choices])
    place = forms.CharField(label=_("Place"), required=False, max_length=100)

    def __init__(self, *args: Any, bar: Bar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from"] = day_field(_("From"))
        self.fields["to"] = day_field(_("Until"))
        category = self.fields["category"]
        assert isinstance(category, forms.ModelChoiceField)
        category.queryset = categories_for(bar)


class Catalogue(OwnScopedPage):
    """Sessions that are coming and open to the advocate, the soonest first."""

    area = "courses"
    template = "own/courses.html"
    filters = CatalogueFilters

    def get(self, request: HttpRequest) -> HttpResponse:
        form, asked = self.asked(bar=self.advocate.bar)
        if "category" in asked:
            asked["category"] = asked["category"].code
        wanted = Wanted(**{NAMES.get(name, name): value for name, value in asked.items()})
        rows = self.sheet(catalogue_of(self.advocate, now(), wanted).order_by("starts_at", "pk"), 20)
        shown = listed(self.advocate, rows.object_list)
        return self.page(form=form, asked=asked, rows=rows, shown=shown, unit=unit_of(self.advocate.bar, self.today))


class SessionPage(OwnScopedPage):
    """One session: what it gives, and a place in it."""

    area = "courses"
    template = "own/session.html"

    @beyond_the_wall("places taken by others, and the next one in the waiting list")
    def found(self, session: int) -> Session:
        """Of the advocate's own bar or of one above it, or one in which they hold a place; past ones too."""
        held = registrations_of(self.advocate).values("session")
        rows = sessions_open_to(self.advocate) | Session.objects.filter(pk__in=held)
        rows = counted(rows).select_related("bar", "course__bar", "course__provider")
        return get_object_or_404(rows.prefetch_related("course__segments__category"), pk=session)

    def get(self, request: HttpRequest, session: int) -> HttpResponse:
        (shown,) = listed(self.advocate, [self.found(session)])
        moment = now()
        return self.page(
            shown=shown,
            unit=unit_of(self.advocate.bar, self.today),
            is_open=shown.session.state == "planned" and shown.session.starts_at > moment,
            is_accredited=shown.session.course.accredited_on(session_day(shown.session)),
        )

    def post(self, request: HttpRequest, session: int) -> HttpResponse:
        """Take a place, or with act=give_up leave it to whoever waits."""
        found = self.found(session)
        if request.POST.get("act") == "give_up":
            give_up(get_object_or_404(registrations_of(self.advocate), session=found), now=now())
            return self.done(_("Your place has been given up."), "own:session", session)
        made = register(found, self.advocate, now=now())
        waiting = made.state == RegistrationState.WAITING
        return self.done(
            _("You are on the waiting list.") if waiting else _("You have a place."), "own:session", session
        )


class SessionCalendar(OwnScopedPage):
    """A session in which the advocate has a place, or waits for one, as a file for their calendar."""

    def get(self, request: HttpRequest, session: int) -> HttpResponse:
        rows = registrations_of(self.advocate).exclude(state=RegistrationState.CANCELLED)
        place = get_object_or_404(rows, session=session)
        response = HttpResponse(write_calendar(self.advocate, [place], []), content_type=CONTENT_TYPE)
        response["Content-Disposition"] = f'attachment; filename="cle-{session}.ics"'
        return response


urlpatterns = [
    path("courses/", Catalogue.as_view(), name="courses"),
    path("courses/<int:session>/", SessionPage.as_view(), name="session"),
    path("courses/<int:session>.ics", SessionCalendar.as_view(), name="session-calendar"),
]
