"""Whether anything is another than it was of all that matching the people of a session's reports reads."""

from __future__ import annotations

from django.db import connection

from advocates.acting import beyond_the_wall
from courses.models import Attendance, Session
from courses.queries.attendance import applied_files

# Whatever is written over lies elsewhere and has the number of the transaction that wrote it, even if it says the same.
_RECORDS = """
    SELECT count(*), sum(hashtidextended(ctid, xmin::text::int8)) FROM (
        SELECT ctid, xmin FROM advocates_bar
        UNION ALL SELECT ctid, xmin FROM advocates_advocate
        UNION ALL SELECT ctid, xmin FROM advocates_membership
        UNION ALL SELECT ctid, xmin FROM advocates_statusspan
        UNION ALL SELECT ctid, xmin FROM advocates_namealias
        UNION ALL SELECT ctid, xmin FROM courses_registration WHERE session_id = %(session)s
    ) AS record
"""
_ABOUT = "SELECT greatest(reltuples, 0)::int8 FROM pg_class WHERE oid = 'advocates_advocate'::regclass"


def about_so_many() -> int:
    """Advocates on all rolls, as PostgreSQL last counted them: to ask takes no longer for more."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOUT)
        (found,) = cursor.fetchone()
        return int(found)


@beyond_the_wall("that somebody's record, at whichever bar, is not as it was; not whose")
def records_behind(session: Session) -> str:
    """Follows from all that is known of anybody whom a report of the session may mean, and of the bars: another when
    anything of it has been written anew. One statement, which reads the roll of every bar.
    """
    with connection.cursor() as cursor:
        cursor.execute(_RECORDS, {"session": session.pk})
        return " ".join(map(str, cursor.fetchone() or ()))


def is_the_first(session: Session) -> bool:
    """Whether nothing is on record of the session yet, and no report of it was applied. Previews say nothing of it."""
    return not (Attendance.objects.filter(session=session).exists() or applied_files(session).exists())
