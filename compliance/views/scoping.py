"""Whose rows a page serves, as ``compliance.api.scoping`` says for the API: a page narrows further, never widens."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from django.views import View

from advocates.access import Action
from advocates.models import Advocate, Bar, FilePart, User
from advocates.models.people import AdvocateQuerySet
from advocates.queries.offices import Office, office_of
from advocates.services.reads import record_read
from cle.core.clock import local_date, now
from cle.core.errors import DomainError
from compliance.queries import desk
from compliance.views.office.menu import menu_of
from compliance.views.own import menu as own

UNFIT = 422
"""The status of a form that comes back with what is wrong in it."""


class PrivatePage(View):
    """A page for somebody who has logged in; everybody else is led to the log-in and back.

    A DomainError that a POST raises is told on the page that it came from: nothing was changed.
    """

    template: ClassVar[str] = ""
    filters: ClassVar[type[forms.Form] | None] = None
    """What can be asked for behind the question mark; its choices hold own rows alone."""
    user: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, User):
            asked_again = request.method in ("GET", "HEAD")  # who had filled something in finds the page it was on
            return redirect_to_login(request.get_full_path() if asked_again else self.back())
        self.user = request.user
        self.narrow(request)
        with timezone.override(self.time_zone):
            response = self._answer(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        return response

    def narrow(self, request: HttpRequest) -> None:
        """Find out whose rows these are. Raises Http404 for everybody whom they do not concern."""
        raise Http404

    @property
    def time_zone(self) -> str:
        return timezone.get_default_timezone_name()

    @property
    def today(self) -> dt.date:
        return local_date(now(), self.time_zone)

    def context(self) -> dict[str, Any]:
        """What each page of this kind shows around its content."""
        return {}

    def asked(self, kind: type[forms.Form] | None = None, **given: Any) -> tuple[forms.Form, dict[str, Any]]:
        """The filters as they were filled in, and of them what is sound: an odd one is shown as wrong, and not used.

        ``kind`` stands for other filters than the page's; ``given`` goes to the form, for the choices that hang on
        the bar.
        """
        filters = kind or self.filters
        assert filters is not None
        form = filters(self.request.GET, **given)
        form.is_valid()
        return form, {name: value for name, value in form.cleaned_data.items() if value not in ("", None)}

    def sheet(self, rows: Any, size: int = 50) -> Page[Any]:
        """The part of a list that is asked for with ?page=; the nearest one where there is no such part."""
        return Paginator(rows, size).get_page(self.request.GET.get("page"))

    def page(self, status: int = 200, template: str = "", **context: Any) -> HttpResponse:
        answer: HttpResponse = render(
            self.request, template or self.template, {**self.context(), **context}, status=status
        )
        return answer

    def done(self, message: Any, to: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say what was done, and lead on: asking for the next page again does not do it again."""
        messages.success(self.request, message)
        next_page: HttpResponse = redirect(to, *args, **kwargs)
        return next_page

    def back(self) -> str:
        """Where a POST that was refused leads: to the page itself; who answers no GET says another one."""
        return self.request.get_full_path()

    def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
            return response
        except DomainError as error:
            if request.method != "POST":
                raise Http404 from error
            messages.error(request, str(error))
            return redirect(self.back())


class PersonScopedPage(PrivatePage):
    """Serves whoever has logged in with what is theirs, and nothing else."""

    def narrow(self, request: HttpRequest) -> None:
        """Nothing to look up: the user is who it is about."""


class BarScopedPage(PrivatePage):
    """Serves rows of the bar named in the address to staff who may do the action there; to others there is no such bar.

    ``purpose`` is asked for reading and ``changing`` for a POST. Who may read here and not change is told so (403).
    Heads of units are let in where ``for_unit_heads`` says that the page narrows its rows by ``people()``.
    ``opens`` is the part of the file of the advocate in the address that is shown; reading it is written down.
    ``area`` is the entry of the menu under which the page stands.
    """

    purpose: ClassVar[Action]
    changing: ClassVar[Action | None] = None
    for_unit_heads: ClassVar[bool] = False
    opens: ClassVar[FilePart | None] = None
    area: ClassVar[str] = ""
    office: Office

    def narrow(self, request: HttpRequest) -> None:
        office = office_of(self.user, self.kwargs["bar"])
        if office is None or not self._lets_in(office, self.purpose):
            raise Http404
        self.office = office
        if request.method not in ("GET", "HEAD") and not self._lets_in(office, self.changing):
            raise PermissionDenied(_("Your role at this bar does not allow that."))

    def _lets_in(self, office: Office, action: Action | None) -> bool:
        return office.may(action) or (self.for_unit_heads and office.may_for_units(action))

    @property
    def bar(self) -> Bar:
        return self.office.bar

    @property
    def time_zone(self) -> str:
        return self.bar.time_zone

    @property
    def units(self) -> tuple[int, ...] | None:
        """Keys of the units whose people are shown; None for the whole bar."""
        return None if self.office.may(self.purpose) else self.office.units

    @property
    def may_change(self) -> bool:
        """Whether the page shows what changes something."""
        return self._lets_in(self.office, self.changing)

    def people(self) -> AdvocateQuerySet:
        """The advocates that may be read here."""
        rows = Advocate.objects.for_bar(self.bar)
        return rows if self.units is None else rows.filter(unit__in=self.units)

    def context(self) -> dict[str, Any]:
        return {
            "office": self.office,
            "bar": self.bar,
            "today": self.today,
            "may_change": self.may_change,
            **menu_of(self.user, self.office, self.area),
        }

    def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super()._answer(request, *args, **kwargs)
        if self.opens is not None and request.method == "GET" and response.status_code == 200:
            record_read(self.user, self.opens, self.kwargs["advocate"])
        return response


class OwnScopedPage(PrivatePage):
    """Serves the logged-in advocate with what is theirs; 404 for users who are no advocates.

    ``area`` is the entry of the menu under which the page stands.
    """

    area: ClassVar[str] = ""
    advocate: Advocate

    def narrow(self, request: HttpRequest) -> None:
        advocate = desk.advocate_of(self.user)
        if advocate is None:
            raise Http404
        self.advocate = advocate

    @property
    def time_zone(self) -> str:
        return self.advocate.bar.time_zone

    def context(self) -> dict[str, Any]:
        around = {"advocate": self.advocate, "bar": self.advocate.bar, "today": self.today}
        return {**around, **own.menu_of(self.area)}
