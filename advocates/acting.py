"""Who acts: told to PostgreSQL with each connection's work, so that what the database records can say whose it was.

``cle.user`` (key or ''), ``cle.address``, ``cle.request`` (UUID), ``cle.source`` ('web', 'task', 'command', or ''
outside all of these). They are told when work first touches the database and forgotten when it ends: no statement
is ever sent under another person's name. The backend (``cle.postgres``) asks here before it hands out a cursor, so
that COPY and raw SQL are told too.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

from django.conf import settings
from django.db import connections

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

    Person = AbstractBaseUser | AnonymousUser

Source = Literal["web", "task", "command", ""]

WEB, BEYOND = "cle_web", "cle_beyond"
"""Roles of the database: requests see what their user may see; tasks and commands act as the owner of the tables."""

LONGEST_ADDRESS = 100


@dataclass(frozen=True)
class Actor:
    """Who acts, as PostgreSQL is told. ``user`` is a key; ``request`` joins a request with the tasks it set off."""

    user: int | None = None
    address: str = ""
    request: str = ""
    source: Source = ""
    role: str = "none"
    code: str = ""
    """Of a certificate that may be shown to whoever has the code."""


NOBODY = Actor()


def settings_of(actor: Actor) -> dict[str, str]:
    """Settings of the session while ``actor`` acts; all of them go into one statement. A role belongs here too."""
    return {
        "cle.user": "" if actor.user is None else str(actor.user),
        "cle.address": actor.address.replace("\0", "")[:LONGEST_ADDRESS],
        "cle.request": actor.request,
        "cle.source": actor.source,
        "cle.code": actor.code,
        "role": actor.role,
    }


@dataclass
class Work:
    """A request, task or command under way. ``find`` tells who has logged in, and may ask the database for it."""

    source: Source
    user: int | None = None
    address: str = ""
    find: Callable[[], Person] | None = None
    finding: bool = False
    _actor: Actor = NOBODY

    @cached_property
    def request(self) -> str:
        return str(uuid4())

    def actor(self) -> Actor:
        """NOBODY while it is being found out who acts: what is read for that is read in nobody's name.

        The same object while nothing of it has changed: each statement asks.
        """
        if self.finding:
            return NOBODY
        user = self.user
        if user is None and self.find is not None:
            with self.finding_out():
                user = self.find().pk
        role, code = self._role_and_code()
        if (self._actor.user, self._actor.role, self._actor.code) != (user, role, code) or self._actor is NOBODY:
            self._actor = Actor(user, self.address, self.request, self.source, role, code)
        return self._actor

    def _role_and_code(self) -> tuple[str, str]:
        if self.source != "web" or not settings.SECOND_WALL:
            return "none", ""
        return BEYOND if _reason.get() else WEB, _code.get()

    @contextmanager
    def finding_out(self) -> Iterator[None]:
        before, self.finding = self.finding, True
        try:
            yield
        finally:
            self.finding = before


_work: ContextVar[Work | None] = ContextVar("cle_work", default=None)


_reason: ContextVar[str] = ContextVar("cle_beyond", default="")
_code: ContextVar[str] = ContextVar("cle_code", default="")


def request_under_way() -> str:
    """The id of the request, or of what was set off by it, as the audit trail has it; "" outside of both."""
    work = _work.get()
    return "" if work is None else work.request


def actor() -> Actor:
    """Who acts here and now."""
    work = _work.get()
    return NOBODY if work is None else work.actor()


@contextmanager
def beyond_the_wall(reason: str) -> Iterator[None]:
    """What is done inside may see every bar's rows. Each use is listed, with its reason, and a test holds the list."""
    with _said(_reason, reason):
        yield


@contextmanager
def holding(code: str) -> Iterator[None]:
    """Whoever asks inside knows this certificate's code, without dashes, and may see what it says."""
    with _said(_code, code):
        yield


@contextmanager
def _said(variable: ContextVar[str], value: str) -> Iterator[None]:
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)


@contextmanager
def acting(source: Source, *, user: int | None = None, address: str = "", request: str = "") -> Iterator[None]:
    """Work of its own, by that user if any; ``request`` joins it to the request that it was asked for in."""
    work = Work(source, user, address)
    if request:
        work.request = request
    with at_work(work):
        yield


@contextmanager
def acting_for(user: Person | None) -> Iterator[None]:
    """A part of the work under way that is somebody's: address, request and source stay as they are."""
    now, key = actor(), user.pk if user is not None else None
    with acting(now.source, user=key, address=now.address, request=now.request):
        yield


def act_as(user: Person) -> None:
    """From here to the end of the request or task it is this user who acts. For authentication that comes late."""
    if work := _work.get():
        work.user = user.pk


@contextmanager
def finding_out() -> Iterator[None]:
    """What is read inside is read to find out who acts: a key, a token. Spares telling twice."""
    work = _work.get()
    if work is None:
        yield
        return
    with work.finding_out():
        yield


@contextmanager
def at_work(work: Work) -> Iterator[None]:
    token = _work.set(work)
    try:
        yield
    finally:
        _work.reset(token)
        if _work.get() is None:
            forget()


def forget() -> None:
    """Nobody acts any more: connections that are kept open carry no name."""
    for connection in connections.all(initialized_only=True):
        if hush := getattr(connection, "forget_actor", None):
            hush()


def account_of_process() -> str:
    """Where a command was given: by which account of which machine."""
    return f"uid {os.getuid()} at {socket.gethostname()}"
