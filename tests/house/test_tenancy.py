"""Every call of the site, asked by everybody for everybody's rows: served as the table says, else nothing is changed.

``python -m tests.house.matrix`` prints the table; with ``CLE_EVERY_CELL=1`` each of its cells is asked, which takes
twice as long. What a call needs to be served stands in ``bodies``, which names are keys in ``keys``, whom a base class
serves in ``cells``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from django.urls import reverse

from advocates.models import Bar
from tests.house.bodies import (
    KEYS_OF_ANY_BAR,
    SENT,
    body_of,
    parameters_of,
    query_of,
    sent_with,
    strange_bodies,
    strange_queries,
)
from tests.house.calls import CALLS, Call
from tests.house.cells import BASES, OFFERS_THE_BARS, PAGES, Answer, expected, places
from tests.house.matrix import lines
from tests.house.rows import digest, rows_written
from tests.house.world import ACTORS, FOREIGN, OWN, Actor, World, make_world

pytestmark = pytest.mark.django_db
Refused = (Answer.READER, Answer.ABSENT, Answer.STRANGER)
EVERY_CELL = bool(os.environ.get("CLE_EVERY_CELL"))
"""Ask for all rows of the table, of those too that are like others to whoever asks: takes twice as long."""
SLOW = {"api:schema": 7}
"""Of what takes long and is the same for everybody, every so many cells are asked."""
SEE = "What it needs to be served is said in tests/house/bodies.py, whom it serves in tests/house/cells.py."
OWN_MEMORY = {
    alias: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": f"tenancy-{alias}"}
    for alias in settings.CACHES
}
each_call = pytest.mark.parametrize("call", CALLS, ids=str)
_numbers = count(1)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once, in a transaction that is taken back; whatever is served is undone before the next call."""
    with django_db_blocker.unblock(), override_settings(CACHES=OWN_MEMORY), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def before(world: World) -> dict[str, str]:
    return digest()


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(world: World, call: Call, actor: Actor, place: str, **sent: Any) -> Any:
    """The answer to a call that names the rows of that place, in the body and the query too unless they are given."""
    own = world.rows[place if place == FOREIGN else OWN]
    keys = world.kwargs(call.keys, call.address, place)
    url = "/api/v1/nothing" if call.name == "api:nothing" else reverse(call.name, kwargs=keys)
    body = sent.get("body") or body_of(call, own)
    given: dict[str, Any] = {"headers": {"Idempotency-Key": f"call {next(_numbers)}"}}
    if body is not None:
        whole = _has_file(body) or call.descends_from("PrivatePage")
        given |= {"data": body} if whole else {"data": body, "content_type": "application/json"}
    with transaction.atomic():
        method = getattr(world.browser(actor), call.method.lower())
        return method(url, query_params=sent.get("query") or query_of(call, own), **given)


def _has_file(body: Any) -> bool:
    return isinstance(body, dict) and any(hasattr(value, "read") for value in body.values())


def _make_fit(world: World, call: Call) -> bool:
    """Bring the rows into the state that the call is for; whether there was anything to do."""
    prepare = sent_with(call).before
    for rows in world.rows.values() if prepare else ():
        assert prepare is not None
        prepare(rows)
    return prepare is not None


def _cells(call: Call, *answers: Answer) -> list[tuple[Actor, str]]:
    cells = [(actor, place) for actor in ACTORS for place in _asked(call, actor)]
    return [(actor, place) for actor, place in cells if expected(call, actor, place) in answers]


def _asked(call: Call, actor: Actor) -> list[str]:
    """Whose rows somebody asks for: all that stay shut to whoever is served others; else one for each answer.

    Of places that are alike to this person the next person, and the next call, is asked for another one; whoever works
    above both bars is asked for the other one's.
    """
    alike: dict[Answer, list[str]] = {}
    for place in places(call):
        alike.setdefault(expected(call, actor, place), []).append(place)
    is_served = not set(alike) <= set(Refused)
    turn = CALLS.index(call) + ACTORS.index(actor)
    asked: list[str] = []
    for answer, group in alike.items():
        if EVERY_CELL or (is_served and answer in Refused):
            asked += group
        else:
            asked.append(FOREIGN if is_served and actor.national and FOREIGN in group else group[turn % len(group)])
    return asked


def _said(answer: Any) -> str:
    return f"{answer.status_code} {answer.content[:300].decode(errors='replace') if not answer.streaming else ''}"


@each_call
def test_who_is_refused_changes_nothing(world: World, before: dict[str, str], call: Call) -> None:
    with undone():
        known, written = digest() if _make_fit(world, call) else before, rows_written()
        for actor, place in _cells(call, *Refused):
            answer = ask(world, call, actor, place)
            fits = expected(call, actor, place).statuses
            assert answer.status_code in fits, f"{call} of {place} by {actor.name}: {_said(answer)}"
            text = answer.content.decode()
            assert not [mark for mark in world.marks()[1:] if mark in text], f"{call} by {actor.name} names somebody"
        unchanged = rows_written() == written or digest() == known
        assert unchanged, f"{call}: something was written for somebody who was refused"


@each_call
def test_who_is_served_is_served(world: World, call: Call) -> None:
    usual = sent_with(call).served
    let_in = _cells(call, Answer.SERVED, Answer.DONE, Answer.LOG_IN, Answer.UNFIT)
    for actor, place in let_in[:: SLOW.get(call.name, 1)]:
        with undone():
            _make_fit(world, call)
            answer = ask(world, call, actor, place)
            wanted = expected(call, actor, place)
            fits = (usual,) if usual and wanted is not Answer.LOG_IN else wanted.statuses
            assert answer.status_code in fits, f"{call} of {place} by {actor.name}: {_said(answer)}. {SEE}"
            _names_nobody_else(world, call, actor, place, answer)


def _names_nobody_else(world: World, call: Call, actor: Actor, place: str, answer: Any) -> None:
    """Nobody of the other bar is in an answer to anybody who does not work above both, nor is the bar itself."""
    if actor.national or place == FOREIGN:
        return
    names_bars = call.name in PAGES or call.name in OFFERS_THE_BARS or call.descends_from("PublicView")
    marks = world.marks()[names_bars:]
    text = b"".join(answer) if answer.streaming else answer.content
    named = [mark for mark in marks if mark in text.decode(errors="replace")]
    assert not named, f"{call} of {place} shows {actor.name} {named}"


@pytest.mark.parametrize("call", [call for call in CALLS if call.reads and parameters_of(call)], ids=str)
def test_a_key_of_another_bar_behind_the_question_mark_finds_nothing(world: World, call: Call) -> None:
    rows, strangers = world.rows[OWN], world.rows[FOREIGN]
    for name, query in strange_queries(call, rows, strangers):
        for actor in _served(call, name):
            with undone():
                answer = ask(world, call, actor, OWN, query=query)
                assert answer.status_code in (200, 400, 404), f"{call} ?{name} by {actor.name}: {_said(answer)}"
                text = answer.content.decode(errors="replace").replace(str(query[name]), "")
                in_the_menu = actor.national and call.descends_from("PrivatePage")  # the bars that one works above
                named = [mark for mark in world.marks()[in_the_menu:] if mark in text]
                assert not named or answer.status_code != 200, f"{call} ?{name} shows {actor.name} {named}"


@pytest.mark.parametrize("call", [call for call in CALLS if not call.reads], ids=str)
def test_a_key_of_another_bar_in_a_body_is_refused(world: World, before: dict[str, str], call: Call) -> None:
    rows, strangers = world.rows[OWN], world.rows[FOREIGN]
    with undone():
        known, written = digest() if _make_fit(world, call) else before, rows_written()
        for name, body in strange_bodies(call, rows, strangers):
            for actor in _served(call, name):
                answer = ask(world, call, actor, OWN, body=body)
                assert 400 <= answer.status_code < 500, f"{call} {name} by {actor.name}: {_said(answer)}"
        unchanged = rows_written() == written or digest() == known
        assert unchanged, f"{call}: something was written with a key of another bar"


def _served(call: Call, name: str) -> list[Actor]:
    if (str(call), name) in KEYS_OF_ANY_BAR:
        return []
    return [actor for actor in ACTORS if expected(call, actor, OWN) in (Answer.SERVED, Answer.DONE)]


def test_there_is_something_that_could_leak(world: World) -> None:
    own, foreign = world.rows[OWN], world.rows[FOREIGN]
    assert [model for model in own if own[model].pk == foreign[model].pk] == []
    roll = next(call for call in CALLS if call.name == "api:advocates")
    with undone():
        listed = ask(world, roll, next(actor for actor in ACTORS if actor.national), FOREIGN)
        assert world.marks()[0] in listed.content.decode()


def test_what_is_written_is_noticed(world: World, before: dict[str, str]) -> None:
    with undone():
        written = rows_written()
        assert (rows_written(), digest()) == (written, before)
        world.rows[OWN][Bar].save(update_fields=["contact"])
        assert digest() == before, "saved as it was"
        assert rows_written() != written
        Bar.objects.filter(pk=world.rows[OWN][Bar].pk).update(contact="office 7")
        assert digest() != before
    assert digest() == before


def test_the_whole_table_can_be_printed() -> None:
    printed = "\n".join(lines())
    assert len(CALLS) > 25
    assert all(call.address in printed for call in CALLS)


def test_nothing_is_known_of_a_call_that_is_gone() -> None:
    calls, names = {str(call) for call in CALLS}, {call.name for call in CALLS}
    assert set(SENT) | {call for call, _name in KEYS_OF_ANY_BAR} <= calls
    assert set(PAGES) <= names
    assert [name for name in BASES if not any(call.descends_from(name) for call in CALLS)] == []
