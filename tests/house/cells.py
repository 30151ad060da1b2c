"""What each call has to answer to whom, read off ``advocates/access.py``: every cell of role × route × whose row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Final

from advocates.access import Action, roles_for
from advocates.models import RoleKind
from tests.house.calls import Call
from tests.house.world import ADVOCATE, COLLEAGUE, FOREIGN, OWN, PROVIDER, SCOPELESS, STRANGER, Actor


class Answer(Enum):
    """What a cell says, as it is printed, and the statuses that fit it."""

    SERVED = "+", (200, 201, 202, 204)
    DONE = "+", (200, 302)
    READER = "r", (403,)
    ABSENT = ".", (404,)
    STRANGER = "?", (401,)
    LOG_IN = ">", (302,)
    UNFIT = "x", (400, 409)

    def __init__(self, sign: str, statuses: tuple[int, ...]) -> None:
        self.sign, self.statuses = sign, statuses


Rule = Callable[[Call, Actor, str], Answer]

SEEN_BY_WHO_MAY: Final[Mapping[str, Action]] = {
    "api:job": Action.READ_AUDIT,
    "office:job": Action.READ_AUDIT,
    "office:certificates-zip": Action.READ_AUDIT,
    "office:rulebook-impact-result": Action.READ_AUDIT,
    "api:rulebook-impact-names": Action.READ_AUDIT,
    "api:certificates-archive-file": Action.READ_AUDIT,
}
"""Routes whose rows are seen by whoever asked for them and, of all others, by those who may do this."""

FOR_PEOPLE_ALONE: Final = frozenset({"POST api:bar-tokens"})
"""Calls at a bar that no token may make, whatever its scopes."""


OFFERS_THE_BARS: Final = frozenset({"office:advocate-membership"})
"""Pages where one of the country's bars is chosen: that they are there is no secret."""


def places(call: Call) -> list[str]:
    """Whose rows the address can name: all own, all of another bar, or own but for one key."""
    keys = [name for name in call.keys if name != "bar"]
    if not call.keys:
        return [OWN]
    if call.descends_from("BarScopedView") or call.descends_from("BarScopedPage"):
        return [OWN, *([COLLEAGUE] if keys else []), FOREIGN, *(f"foreign {name}" for name in keys)]
    return [OWN, COLLEAGUE, FOREIGN]


def expected(call: Call, actor: Actor, place: str) -> Answer:
    """The answer of a cell. Fails for a route of which nothing is known: nobody may forget to say it."""
    if actor.by_token and not call.name.startswith("api:"):
        actor = STRANGER  # a token opens no page
    for name, rule in BASES.items():
        if call.descends_from(name) and call.name not in PAGES:
            return rule(call, actor, place)
    assert call.name in PAGES, f"{call}: tests.house.cells does not say whom it serves, nor whom its base class does"
    return PAGES[call.name](call, actor, place)


def _of_the_bar(call: Call, actor: Actor, place: str) -> Answer:
    if actor is STRANGER:
        return Answer.STRANGER
    if actor is SCOPELESS:
        return Answer.READER
    may, may_read = _holds(call, actor, call.reads), _holds(call, actor, reading=True)
    if place == FOREIGN and not actor.national:
        return Answer.ABSENT
    if may and actor.by_token and str(call) in FOR_PEOPLE_ALONE:
        return Answer.READER
    if may:
        return Answer.SERVED if _finds(call, actor, place) else Answer.ABSENT
    return Answer.READER if may_read else Answer.ABSENT


def _holds(call: Call, actor: Actor, reading: bool) -> bool:
    action = call.view.purpose if reading else call.view.changing
    if action is None or actor.kind is None or actor.kind not in roles_for(action):
        return False
    return actor.kind != RoleKind.UNIT_HEAD or bool(call.view.for_unit_heads)


def _finds(call: Call, actor: Actor, place: str) -> bool:
    if place.startswith("foreign "):
        return False
    watched = SEEN_BY_WHO_MAY.get(call.name)
    if watched is not None and actor.kind not in roles_for(watched):
        return False
    return place != COLLEAGUE or actor.kind != RoleKind.UNIT_HEAD


def _of_the_office(call: Call, actor: Actor, place: str) -> Answer:
    """A page: strangers are led to the log-in, and who may not read it does not learn that it is there."""
    if actor is STRANGER:
        return Answer.LOG_IN
    if (place == FOREIGN and not actor.national) or not _holds(call, actor, reading=True):
        return Answer.ABSENT
    if not _holds(call, actor, call.reads):
        return Answer.READER
    return Answer.DONE if _finds(call, actor, place) else Answer.ABSENT


def _of_the_desk(call: Call, actor: Actor, place: str) -> Answer:
    if actor is STRANGER:
        return Answer.LOG_IN
    return Answer.DONE if actor is ADVOCATE and place == OWN else Answer.ABSENT


def _open_to_the_bar(call: Call, actor: Actor, place: str) -> Answer:
    """Of the advocate's own bar, whoever else has a place there."""
    return _of_the_desk(call, actor, OWN if place == COLLEAGUE else place)


def _of_oneself(call: Call, actor: Actor, place: str) -> Answer:
    if actor in (STRANGER, SCOPELESS):
        return Answer.STRANGER if actor is STRANGER else Answer.READER
    return Answer.SERVED if actor is ADVOCATE and place == OWN else Answer.ABSENT


def _of_the_provider(call: Call, actor: Actor, place: str) -> Answer:
    """No token of staff has the scope of a provider's."""
    if actor is STRANGER or actor.by_token:
        return Answer.STRANGER if actor is STRANGER else Answer.READER
    return Answer.SERVED if actor is PROVIDER and place == OWN else Answer.ABSENT


def _of_staff(call: Call, actor: Actor, place: str) -> Answer:
    """A list of what the asker's roles open, however little."""
    if actor in (STRANGER, SCOPELESS):
        return Answer.STRANGER if actor is STRANGER else Answer.READER
    return Answer.SERVED


def _of_the_person(call: Call, actor: Actor, place: str) -> Answer:
    """What is the user's, whatever they are; the rows of the world are the advocates'."""
    if actor is STRANGER or actor.by_token:
        return Answer.STRANGER if actor is STRANGER else Answer.READER
    if str(call) == "POST api:own-tokens" and actor is not ADVOCATE:
        return Answer.UNFIT  # the token that is asked for is an advocate's
    return Answer.SERVED if not call.keys or (actor is ADVOCATE and place == OWN) else Answer.ABSENT


def _everybody(call: Call, actor: Actor, place: str) -> Answer:
    return Answer.SERVED


def _nobody(call: Call, actor: Actor, place: str) -> Answer:
    return Answer.ABSENT


def _log_out(call: Call, actor: Actor, place: str) -> Answer:
    return Answer.LOG_IN if actor is STRANGER or not call.reads else Answer.SERVED


def _to_the_office(call: Call, actor: Actor, place: str) -> Answer:
    return Answer.LOG_IN if actor is STRANGER or actor.kind else Answer.ABSENT


def _back(call: Call, actor: Actor, place: str) -> Answer:
    return Answer.LOG_IN


def _desk(call: Call, actor: Actor, place: str) -> Answer:
    """The advocate's own desk; staff are shown to the office."""
    return Answer.LOG_IN if actor.kind or actor.name == "no role" else Answer.SERVED


def _with_a_code(call: Call, actor: Actor, place: str) -> Answer:
    """Sessions of one's own bar, whoever else comes to them. Of another bar's the code is seen, and nothing done."""
    return Answer.LOG_IN if actor is STRANGER or actor.by_token else _or_absent(actor is ADVOCATE)


def _or_absent(served: bool) -> Answer:
    return Answer.DONE if served else Answer.ABSENT


def _log_in(call: Call, actor: Actor, place: str) -> Answer:
    return Answer.SERVED if actor is STRANGER else Answer.LOG_IN


def _whoever_has_a_role(call: Call, actor: Actor, place: str) -> Answer:
    return Answer.SERVED if actor.kind else Answer.ABSENT


def _paper(call: Call, actor: Actor, place: str) -> Answer:
    may = actor.kind in roles_for(Action.READ_CERTIFICATES) and (place != FOREIGN or actor.national)
    return Answer.SERVED if may or (actor is ADVOCATE and place == OWN) else Answer.ABSENT


PAGES: Final[Mapping[str, Rule]] = {
    "healthz": _everybody,
    "live": _everybody,
    "ready": _everybody,
    "metrics": _nobody,  # without a token in the settings there is no such page
    "version": _whoever_has_a_role,
    "set_language": _back,
    "login": _log_in,
    "logout": _log_out,
    "home": _desk,
    "here-code": _with_a_code,
    "office:offices": _to_the_office,
    "own:session": _open_to_the_bar,
    "verify-form": _everybody,
    "verify": _everybody,
    "verify-file": _everybody,
    "certificate-pdf": _paper,
    "jwks": _everybody,
    "calendar-feed": _everybody,
    "mail-webhook": _nobody,
    "unsubscribe": _everybody,
    "api:schema": _everybody,
    "api:docs": _everybody,
    "api:nothing": _nobody,
}
"""Routes that no base class narrows, by name."""

BASES: Final[Mapping[str, Rule]] = {
    "Nothing": _nobody,
    "BarScopedView": _of_the_bar,
    "BarScopedPage": _of_the_office,
    "OwnScopedPage": _of_the_desk,
    "OwnScopedView": _of_oneself,
    "ProviderScopedView": _of_the_provider,
    "StaffScopedView": _of_staff,
    "PersonScopedView": _of_the_person,
    "PublicView": _everybody,
}
"""Base classes that narrow, by name: what they promise of every route."""
