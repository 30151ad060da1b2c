"""Reading for long: a transaction that sees one moment of the database, and can write nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_moment() -> Iterator[None]:
    """However long it takes, all is seen as it was at the first statement; in a transaction, as it sees it."""
    outermost = not connection.in_atomic_block
    with connection.cursor():
        pass  # whatever a connection is told of who acts is said before, for nothing may be asked before the level
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
