"""PostgreSQL that knows who acts: the session is told before any cursor is handed out, COPY's included."""

from __future__ import annotations

import logging
import select
from time import monotonic
from typing import Any, ClassVar

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base
from django.db.backends.postgresql.base import TIMESTAMPTZ_OID
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.backends.postgresql.psycopg_any import register_tzloader
from psycopg.pq import Format, TransactionStatus

from advocates.acting import NOBODY, Actor, actor, settings_of
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
_PREPARED = "prepared"
_TELL = "SELECT " + ", ".join(f"set_config('{name}', %s, false)" for name in settings_of(NOBODY))
_BROKEN = (TransactionStatus.INERROR, TransactionStatus.UNKNOWN)


class PreparedCursor(base.ServerBindingCursor):
    """Leaves its statements with the server, where they stay planned as long as the connection is kept."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        line: Any = self.connection  # type: ignore[attr-defined]
        line.prepare_threshold = 0  # Django says None, which is never, whatever is asked for
        return super().execute(query, params, **{**options, "prepare": True})  # type: ignore[misc]


class Operations(DatabaseOperations):
    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> Any:
        """Of a statement that stays with the server only its own words are known: the values went apart."""
        return super().last_executed_query(cursor, sql, params) or sql


class DatabaseWrapper(base.DatabaseWrapper):
    """What a connection was told is kept with the connection itself, which may go back to a pool.

    A rollback takes back what was told since: from then on it counts as unknown, and is told anew.
    """

    ops_class = Operations
    health_check_done: bool
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

    def create_cursor(self, name: str | None = None) -> Any:
        self._tell(actor())
        self._used_at = monotonic()
        if name != _PREPARED:
            return super().create_cursor(name)
        cursor = PreparedCursor(self.connection)  # type: ignore[call-arg]
        if self.connection.adapters.get_loader(TIMESTAMPTZ_OID, Format.TEXT).timezone != self.timezone:
            register_tzloader(self.timezone, cursor)  # makes a class: not each time for what is so already
        return cursor

    def prepared_cursor(self) -> Any:
        """For one of the few statements of ``cle.core.prepared``. Row-level security makes planning them the most of
        what they cost. PostgreSQL itself plans them anew when the role or the tables have changed.

        A connection that is given back after each request keeps nothing: there it is a cursor like any other.
        """
        return self._cursor(_PREPARED if self._is_kept else None)  # type: ignore[attr-defined]

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
        cursor = PreparedCursor(self.connection) if self._is_kept else self.connection  # type: ignore[call-arg]
        try:
            cursor.execute(_TELL, list(settings_of(who).values()))
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
