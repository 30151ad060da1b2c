"""Two bars side by side under a national one, with a row of everything, and somebody of every kind who asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.test import Client
from django.test.client import ClientHandler

from advocates.access import OWN as OWN_SCOPE
from advocates.access import SCOPES
from advocates.models import Advocate, Bar, Role, RoleKind, Token, Unit, User
from advocates.services.tokens import issue_token
from cle.core.clock import now
from compliance.models import Standing
from courses.models import Provider
from tests.compliance.rows import ruled_bar
from tests.factories import make_bar, make_user
from tests.house.keys import value_of
from tests.house.rows import Rows, make_rows

OWN, COLLEAGUE, FOREIGN = "own", "colleague", "foreign"
"""The rows that a call may name: the asker's own, those of somebody else of the same bar, those of another bar."""

LANGUAGE: Final = "kk"
"""The one in which the API's description is published: a process keeps some words of the first one that it makes."""


@dataclass(frozen=True)
class Actor:
    """Who asks: with a role at the own bar or at the national one above it, or as what their name says."""

    name: str
    kind: RoleKind | None = None
    national: bool = False
    by_token: bool = False


ADVOCATE, PROVIDER, ROLELESS, STRANGER = (Actor(name) for name in ("advocate", "provider", "no role", "stranger"))
TOKEN = Actor("token", RoleKind.BAR_ADMIN, by_token=True)
"""Of an administrator of the national bar, for the own bar alone, with every scope."""
SCOPELESS = Actor("token for else", by_token=True)
"""As that one, for other things than what is asked."""
ACTORS: Final = (
    *(Actor(str(kind), kind) for kind in RoleKind),
    Actor("national officer", RoleKind.COMPLIANCE_OFFICER, True),
    Actor("national admin", RoleKind.BAR_ADMIN, True),
    ADVOCATE,
    PROVIDER,
    ROLELESS,
    TOKEN,
    SCOPELESS,
    STRANGER,
)


@dataclass
class World:
    """``rows`` by place, and the cookies of each actor once logged in."""

    national: Bar
    rows: dict[str, Rows]
    cookies: dict[Actor, Any] = field(default_factory=dict)
    secrets: dict[Actor, str] = field(default_factory=dict)
    handler: ClientHandler = field(default_factory=lambda: ClientHandler(enforce_csrf_checks=False))

    def browser(self, actor: Actor) -> Client:
        """As it was on logging in: nothing that a call did to it lasts."""
        headers = {"accept-language": LANGUAGE}
        if actor.by_token:
            headers["authorization"] = f"Bearer {self.secrets[actor]}"
        client = Client(raise_request_exception=False, headers=headers)
        client.handler = self.handler  # it loads the middleware once
        client.cookies.load({name: morsel.value for name, morsel in self.cookies[actor].items()})
        return client

    def kwargs(self, keys: tuple[str, ...], address: str, place: str) -> dict[str, Any]:
        """Keys of an address. ``place`` "foreign advocate": all of them own, but for that one."""
        whole, _, strange = place.partition(" ")
        usual = OWN if strange else whole
        return {name: value_of(name, address, self.rows[whole if name == strange else usual]) for name in keys}

    def marks(self) -> tuple[str, ...]:
        """Texts that only rows of the other bar and its people hold."""
        theirs = self.rows[FOREIGN]
        return theirs[Bar].code, theirs[User].email, theirs[Advocate].user.email


def make_world() -> World:
    national = ruled_bar(code="KZ")
    own = make_bar("OWNBAR", national)
    bars = {OWN: own, COLLEAGUE: own, FOREIGN: make_bar("FOREIGNBAR", national)}
    world = World(national, {place: make_rows(bar) for place, bar in bars.items()})
    for rows in world.rows.values():
        _give_accounts(rows)
        Standing.objects.filter(pk=rows[Standing].pk).update(rulebook=national.rulebooks.get())
    users = _users(world)
    world.cookies = {actor: _logged_in(users.get(actor)).cookies for actor in ACTORS}
    admin = make_user(bar=national, role=RoleKind.BAR_ADMIN)
    world.secrets = {TOKEN: _token(admin, own, [*SCOPES, OWN_SCOPE]), SCOPELESS: _token(admin, own, ["something else"])}
    return world


def _token(user: User, bar: Bar, scopes: list[str]) -> str:
    """The secret of a token that was used just now, which is noted once a minute."""
    token, secret = issue_token(user, bar, "program", scopes, now() + dt.timedelta(days=1), by=user, now=now())
    Token.objects.filter(pk=token.pk).update(last_used_at=now() + dt.timedelta(days=1))
    return secret


def _give_accounts(rows: Rows) -> None:
    """The advocate, whose the token is, and the provider log in."""
    for model in (Advocate, Provider):
        column = "user" if model is Advocate else "account"
        setattr(rows[model], column, make_user())
        rows[model].save(update_fields=[column])
    Token.objects.filter(pk=rows[Token].pk).update(user=rows[Advocate].user)


def _users(world: World) -> Mapping[Actor, User]:
    own = world.rows[OWN]
    users = {ADVOCATE: own[Advocate].user, PROVIDER: own[Provider].account, ROLELESS: make_user(bar=own[Bar])}
    Role.objects.filter(user=users[ROLELESS]).update(ended_at=now())
    for actor in ACTORS:
        if actor.kind and not actor.by_token:
            users[actor] = make_user(bar=world.national if actor.national else own[Bar], role=actor.kind)
    Role.objects.filter(kind=RoleKind.UNIT_HEAD, ended_at=None).update(unit=own[Unit])
    return users


def _logged_in(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client
