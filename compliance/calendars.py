"""An advocate's sessions and deadlines as an iCalendar file (RFC 5545)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from email.utils import parseaddr
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDDDTypes

from advocates.models import Advocate
from compliance.models import Standing
from courses.models import Registration, RegistrationState, Session, SessionState

CONTENT_TYPE = "text/calendar; charset=utf-8"
_MAKER = "-//CLE tracker//calendar//EN"
_OFTEN = dt.timedelta(hours=6)


def write_calendar(advocate: Advocate, places: Iterable[Registration], deadlines: Iterable[Standing]) -> bytes:
    """In the language that the bar writes to the advocate in. Nothing in it says how much is missing: calendars are
    shown to colleagues. Times are in UTC, which every program turns into its own.
    """
    with translation.override(advocate.language or advocate.bar.language):
        calendar = Calendar()
        calendar.add("prodid", _MAKER)
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


class CalendarEntry(NamedTuple):
    """A file for one message, and what it does to the calendar: "CANCEL" takes the entry out, "PUBLISH" puts it in."""

    method: str
    content: bytes


def write_entry(session: Session, advocate: Advocate, *, off: bool, stamp: dt.datetime) -> CalendarEntry:
    """The session alone, under the name that it has in the advocate's calendar already."""
    method = "CANCEL" if off else "PUBLISH"
    with translation.override(advocate.language or advocate.bar.language):
        calendar = Calendar()
        calendar.add("prodid", _MAKER)
        calendar.add("version", "2.0")
        calendar.add("method", method)
        event = _event(session, advocate.pk, waiting=False, stamp=stamp)
        event.add("sequence", 1)
        sender = session.bar.sender_email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        event.add("organizer", f"mailto:{sender}")
        calendar.add_component(event)
        content: bytes = calendar.to_ical()
    return CalendarEntry(method, content)


def write_deadline(standing: Standing, advocate: Advocate, *, stamp: dt.datetime, grace: bool) -> CalendarEntry:
    """The due date alone, under the name that it has in the advocate's calendar: a later notice moves the same entry.

    ``grace``: the due date is over, and what counts is the last day before a petition is possible.
    """
    with translation.override(advocate.language or advocate.bar.language):
        calendar = Calendar()
        calendar.add("prodid", _MAKER)
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        event = _deadline(
            standing, standing.petition_possible_from - dt.timedelta(days=1) if grace else standing.due_on
        )
        event["dtstamp"] = vDDDTypes(stamp)
        event.add("sequence", max(1, (stamp.date() - standing.period_start).days))
        calendar.add_component(event)
        content: bytes = calendar.to_ical()
    return CalendarEntry("PUBLISH", content)


def _session(place: Registration) -> Event:
    waiting = place.state == RegistrationState.WAITING
    return _event(place.session, place.advocate_id, waiting=waiting, stamp=place.changed_at)


def _event(session: Session, advocate: int, *, waiting: bool, stamp: dt.datetime) -> Event:
    name, event = str(session.course), Event()
    event.add("uid", _uid(f"session-{session.pk}-{advocate}"))
    event.add("dtstamp", stamp)
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


def _deadline(standing: Standing, day: dt.date | None = None) -> Event:
    """The whole day, the due date unless another is named, which keeps nobody busy."""
    event, day = Event(), day or standing.due_on
    dates = {"from": f"{standing.period_start:%d.%m.%Y}", "to": f"{standing.period_end:%d.%m.%Y}"}
    event.add("uid", _uid(f"deadline-{standing.period_start:%Y%m%d}-{standing.advocate_id}"))
    event.add("dtstamp", standing.computed_at)
    event.add("dtstart", day)
    event.add("dtend", day + dt.timedelta(days=1))
    event.add("summary", _("Last day for the hours of %(from)s to %(to)s") % dates)
    event.add("transp", "TRANSPARENT")
    return event


def _uid(name: str) -> str:
    """The same for the same thing at each time of asking, so that programs move an event instead of doubling it."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return f"{name}@{host.encode('idna').decode('ascii')}"
