"""Whoever opens an advocate's file is written down; the advocate can read who it was."""

from __future__ import annotations

from typing import Any

from django.db import connection

from advocates.acting import actor
from advocates.models import FilePart, User
from cle.core.clock import now

_RECORD = """
    INSERT INTO advocates_fileread (bar_id, advocate_id, reader_id, part, hour, at, address, request)
    SELECT bar_id, id, %(reader)s, %(part)s, date_trunc('hour', %(at)s::timestamptz, 'UTC'), %(at)s, %(address)s,
        %(request)s
    FROM advocates_advocate WHERE id = ANY(%(people)s) AND user_id IS DISTINCT FROM %(reader)s
    ORDER BY id
    ON CONFLICT (advocate_id, reader_id, part, hour) DO NOTHING
"""


def record_read(reader: User, part: FilePart, *people: int) -> None:
    """Write down that ``reader`` opened this part of the files of these advocates (keys); their own reads are not.

    One statement, whatever the number. Once an hour is enough: the second time in an hour writes nothing.
    """
    who = actor()
    asked: dict[str, Any] = {
        "reader": reader.pk,
        "part": str(part),
        "at": now(),
        "people": list(people),
        "address": who.address,
        "request": who.request,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, asked)
