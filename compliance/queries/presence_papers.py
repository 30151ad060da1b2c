"""A session and its people, as the papers for the room say them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from advocates.models import Advocate, Bar
from compliance.certificates.words import Pair
from compliance.reports.presence.shown import Shown, Signer
from courses.models import Session


def shown_on_paper(session: Session) -> Shown:
    """Day and times as they are on the wall of the bar; a session into the next day says both days."""
    zone = ZoneInfo(session.bar.time_zone)
    starts, ends = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    last = f" – {ends:%d.%m.%Y}" if ends.date() != starts.date() else ""
    return Shown(
        bar=Pair(session.bar.name_kk, session.bar.name_ru),
        course=Pair(session.course.name_in("kk"), session.course.name_in("ru")),
        number=session.course.number,
        day=f"{starts:%d.%m.%Y}{last}",
        times=f"{starts:%H:%M}–{ends:%H:%M}",
        place=session.place,
    )


def signer(person: Advocate, bar: Bar) -> Signer:
    """With the name of the bar, where it is another one than the session's."""
    guest = Pair(person.bar.name_kk, person.bar.name_ru) if person.bar_id != bar.pk else Pair("", "")
    return Signer(person.full_name, person.licence_number, guest)
