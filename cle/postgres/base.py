"""PostgreSQL that knows who acts: the session is told before any cursor is handed out, COPY's included."""

from __future__ import annotations

import logging
import select
from collections.abc import Sequence
from random import random
from time import monotonic
from typing import Any, ClassVar

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from advocates.acting import NOBODY, Actor, actor, settings_of
from cle.postgres.kept import rows_of
from cle.postgres.lines import bound
from cle.postgres.pooling import PATIENCE, keeps_session

logger = logging.getLogger(__name__)

_NO_ROLE = (
    "Nobody is served: the database does not let this log-in act as {role}. Run `manage.py migrate`, which makes the "
    "roles or says what the server's administrator has to do (advocates/docs/a-second-wall-in-the-database.md)."
)
_LENT = (
    "Nobody is served: the pooler in front of the database lends sessions by transaction, so that one person would act "
    "with the rights of another. Set its pool_mode to session (cle/docs/running.md)."
)
TRUSTED_SECONDS = 5.0
"""How long after its last use a connection on which nothing was heard is taken to be alive."""
_TELL = "SELECT " + ", ".join(f"set_config('{name}', %s, false)" for name in settings_of(NOBODY))
_BROKEN = (TransactionStatus.INERROR, TransactionStatus.UNKNOWN)


class DatabaseWrapper(base.DatabaseWrapper):
    """What a connection was told is kept with the connection itself, which may go back to a pool.

    A rollback takes back what was told since: from then on it counts as unknown, and is told anew.
    """

    health_check_done: bool
    close_at: float | None
    session_is_kept: ClassVar[bool] = False
    _used_at = float("-inf")

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """The first ones of a process are asked whether they have a session to themselves; without, none is used."""
        line = super().get_new_connection(conn_params)
        if not DatabaseWrapper.session_is_kept:
            kept = keeps_session(line, lambda: psycopg.connect(**{**conn_params, "connect_timeout": PATIENCE}))
            if kept is False:
                line.close()
                logger.error(_LENT)
                raise ImproperlyConfigured(_LENT)
            DatabaseWrapper.session_is_kept = bool(kept)
        bound(line)
        return line

    def connect(self) -> None:
        """Those that threads open together are not renewed together: the first request of a new one takes four times as
        long (PostgreSQL reads what the tables are and plans anew), of six at once under load up to twenty times."""
        super().connect()
        if self.close_at is not None:
            self.close_at -= random() * self.settings_dict["CONN_MAX_AGE"] / 2

    def create_cursor(self, name: str | None = None) -> Any:
        self._tell(actor())
        self._used_at = monotonic()
        return super().create_cursor(name)

    def prepared_rows(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Of one of the few statements of ``cle.core.prepared``: it stays with the server, planned, as long as the
        connection is kept. Row-level security makes planning them the most of what they cost. PostgreSQL itself plans
        them anew when the role or the tables have changed.

        A connection that is given back after each request keeps nothing: there it is a statement like any other, and
        so it is within transactions, and where somebody listens to what is sent.
        """
        if not self._is_kept or not self.autocommit or self.execute_wrappers or self.queries_logged:
            with self.cursor() as cursor:
                cursor.execute(sql, values)
                return list(cursor.fetchall())
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            self._tell(actor())
            self._used_at = monotonic()
            return rows_of(self.connection, sql, values)

    @property
    def _is_kept(self) -> bool:
        """Whether the connection stays when the request is over."""
        return bool(self.settings_dict["CONN_MAX_AGE"] != 0)

    def close_if_health_check_failed(self) -> None:
        """Spares the statement where it would find nothing: a server that has hung up has said so, unread yet."""
        if not self.health_check_done and self._is_fresh():
            self.health_check_done = True
        super().close_if_health_check_failed()

    def _is_fresh(self) -> bool:
        """Used a moment ago, and silent since. Longer silence may be that of a line which is cut."""
        if self.connection is None or self.connection.closed or monotonic() - self._used_at > TRUSTED_SECONDS:
            return False
        heard = select.poll()
        heard.register(self.connection.fileno(), select.POLLIN)
        return not heard.poll(0)

    @property
    def is_walled(self) -> bool:
        """Whether row-level security holds for the last cursor handed out: whoever acts is not the tables' owner."""
        told = getattr(self.connection, "told", None) or NOBODY
        return bool(told.role != NOBODY.role)

    def forget_actor(self) -> None:
        """Leave the connection without a name; one that cannot be made to forget is not kept."""
        if self.connection is None or self.connection.closed:
            return
        try:
            self._tell(NOBODY)
        except psycopg.Error:
            self.close()

    def _tell(self, who: Actor) -> None:
        if self.connection is None or getattr(self.connection, "told", NOBODY) == who:
            return
        if self.connection.info.transaction_status in _BROKEN:
            return  # nothing but a rollback is possible, after which it is told anew
        words = list(settings_of(who).values())
        try:
            if self._is_kept and self.autocommit:
                rows_of(self.connection, _TELL, words)
            else:
                self.connection.execute(_TELL, words)
        except (psycopg.errors.InvalidParameterValue, psycopg.errors.InsufficientPrivilege) as error:
            said = _NO_ROLE.format(role=who.role)
            logger.error(said)  # by itself: Django says nothing of failed requests where it is not debugging
            raise ImproperlyConfigured(said) from error
        self._note(who)

    def _note(self, told: Actor | None) -> None:
        if self.connection is not None:
            self.connection.told = told

    def _rollback(self) -> None:
        self._note(None)
        super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self._note(None)
