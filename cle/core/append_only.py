"""Tables whose rows are written once: the database refuses changes, but for the two kinds that are named here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pgtrigger
from django.db import connection, transaction

_BODY = """
    IF TG_OP = 'UPDATE' THEN
        {answer}
        {erasure}
    END IF;
    RAISE EXCEPTION 'pgtrigger: Cannot % rows from % table', lower(TG_OP), TG_TABLE_NAME;
"""
_SAME = "to_jsonb(NEW) - {columns} = to_jsonb(OLD) - {columns}"
_ANSWER = f"IF OLD.{{mark}} IS NULL AND {_SAME} THEN RETURN NEW; END IF;"
# The web role owns no table: what is named "erasable" is erased by the owner, in a transaction that says so, alone.
_ERASURE = f"""IF current_setting('cle.erasing', true) = 'on'
           AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)
           AND {_SAME} THEN RETURN NEW;
        END IF;"""  # noqa: S608  (names of columns, from the models)


class AppendOnly(pgtrigger.Trigger):
    """No row is deleted, and none changed: but for the columns of an answer, once, and for erasing personal data.

    ``answer``: columns that are filled later, as long as the first of them is empty. ``erasable``: columns whose
    words may be blanked within ``erasing()`` by the role that owns the table.
    """

    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def __init__(self, *, answer: tuple[str, ...] = (), erasable: tuple[str, ...] = (), **kwargs: Any) -> None:
        parts = {
            "answer": _ANSWER.format(mark=answer[0], columns=_array(answer)) if answer else "",
            "erasure": _ERASURE.format(columns=_array(erasable)) if erasable else "",
        }
        super().__init__(func=_BODY.format(**parts), **kwargs)


@contextmanager
def erasing() -> Iterator[None]:
    """Within it, and within its transaction, the owner of the tables may blank what is erasable."""
    with transaction.atomic():
        _say("on")
        yield
        _say("off")


def _say(state: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('cle.erasing', %s, true)", [state])


def _array(columns: tuple[str, ...]) -> str:
    return "ARRAY[" + ", ".join(f"'{column}'" for column in columns) + "]"
