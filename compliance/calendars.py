"""An advocate's sessions and deadlines as an iCalendar file (RFC 5545)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from advocates.models import Advocate
from compliance.models import Standing
from courses.models import Registration, RegistrationState, SessionState

CONTENT_TYPE = "text/calendar; charset=utf-8"
_OFTEN = dt.timedelta(hours=6)


def write_calendar(advocate: Advocate, places: Iterable[Registration], deadlines: Iterable[Standing]) -> bytes:
    """In the language that the bar writes to the advocate in. Nothing in it says how much is missing: calendars are
    shown to colleagues. Times are in UTC, which every program turns into its own.
    """
    with translation.override(advocate.language or advocate.bar.language):
        calendar = Calendar()
        calendar.add("prodid", "-//CLE tracker//calendar//EN")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        calendar.add("x-wr-calname", _("Continuing legal education"))
        calendar.add("refresh-interval", _OFTEN, parameters={"VALUE": "DURATION"})
        for place in places:
            calendar.add_component(_session(place))
        for standing in deadlines:
            calendar.add_component(_deadline(standing))
        content: bytes = calendar.to_ical()
    return content


def _session(place: Registration) -> Event:
    session, event = place.session, Event()
    waiting = place.state == RegistrationState.WAITING
    name = str(session.course)
    event.add("uid", _uid(f"session-{session.pk}-{place.advocate_id}"))
    event.add("dtstamp", place.changed_at)
    event.add("dtstart", session.starts_at.astimezone(dt.UTC))
    event.add("dtend", session.ends_at.astimezone(dt.UTC))
    event.add("summary", _("Waiting list: %(course)s") % {"course": name} if waiting else name)
    event.add("description", f"{session.course.number}\n{session.bar}")
    event.add("status", "CANCELLED" if session.state == SessionState.CANCELLED else _certain(waiting))
    if session.place:
        event.add("location", session.place)
    if session.link and not waiting:
        event.add("url", session.link)
    return event


def _certain(waiting: bool) -> str:
    return "TENTATIVE" if waiting else "CONFIRMED"


def _deadline(standing: Standing) -> Event:
    """The whole day, which keeps nobody busy."""
    event = Event()
    dates = {"from": f"{standing.period_start:%d.%m.%Y}", "to": f"{standing.period_end:%d.%m.%Y}"}
    event.add("uid", _uid(f"deadline-{standing.period_start:%Y%m%d}-{standing.advocate_id}"))
    event.add("dtstamp", standing.computed_at)
    event.add("dtstart", standing.due_on)
    event.add("dtend", standing.due_on + dt.timedelta(days=1))
    event.add("summary", _("Last day for the hours of %(from)s to %(to)s") % dates)
    event.add("transp", "TRANSPARENT")
    return event


def _uid(name: str) -> str:
    """The same for the same thing at each time of asking, so that programs move an event instead of doubling it."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return f"{name}@{host.encode('idna').decode('ascii')}"
