"""Reads through the API at a steady rate, against a view that answers with a constant under the same web server."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection

from advocates.models import Advocate, Bar, Role, RoleKind, User
from advocates.names import fold
from advocates.searching import search_key
from cle.demo.names import (
    KAZAKH_FAMILIES,
    KAZAKH_MEN,
    KAZAKH_WOMEN,
    RUSSIAN_FAMILIES,
    RUSSIAN_MEN,
    RUSSIAN_WOMEN,
)
from tests.bench.load import Answer, Ask, fire, milliseconds
from tests.bench.population import ENTRIES, own_database, populate, settled
from tests.bench.sweep import sweep
from tests.plugins.services import free_port
from tests.plugins.worker import database_url

PER_SECOND = 200
SECONDS = 60
"""As long as the catalogue is remembered (``CATALOGUE_SECONDS``): each of its pages is read anew while it is timed."""
BARE_SECONDS = 20
WARMING = 400
"""Requests before any is timed, so that each thread of each process has its connection and its statements."""

READERS = 200
"""Advocates with an account, who read what is their own in turns."""

SUGGESTED = 20
"""Names shown under a field while one types in it."""

FAMILIES = (*KAZAKH_FAMILIES, *RUSSIAN_FAMILIES)
GIVEN = (*KAZAKH_WOMEN, *RUSSIAN_MEN, *KAZAKH_MEN, *RUSSIAN_WOMEN)
_PAGES = ("", "?category=ethics", "?format=live_online", f"?text={urllib.parse.quote('школа')}")
"""What strangers ask of the catalogue."""
_NAMES = """
    UPDATE advocates_advocate SET family_name = family, given_name = given,
           full_name = concat_ws(' ', family, given, id), name_key = concat_ws(' ', family_key, given_key, id),
           search_key = concat_ws(' ', family_search, given_search, id)
      FROM unnest(%(families)s::text[], %(family_keys)s::text[], %(family_search)s::text[])
           WITH ORDINALITY AS one (family, family_key, family_search, place),
           unnest(%(given)s::text[], %(given_keys)s::text[], %(given_search)s::text[])
           WITH ORDINALITY AS two (given, given_key, given_search, turn)
     WHERE place = 1 + id %% %(f)s AND turn = 1 + id / 7 %% %(g)s
"""


def run(people: int, *, say: Callable[[str], None]) -> dict[str, object]:
    """Milliseconds by kind of request and in all, errors, and the ratio to the constant view at the same rate."""
    with own_database():
        say(f"making {people:,} advocates with {ENTRIES} entries each, and their standings …")
        bar = populate(people)
        settled()
        sweep(bar)
        return measured(bar, people, say=say)


def measured(bar: Bar, people: int, *, say: Callable[[str], None]) -> dict[str, object]:
    """The same of a population that is there, and swept."""
    named()
    asks = list(islice(mix(bar), PER_SECOND * SECONDS))
    settled()
    with _web_server() as url:
        fire(url, asks[:WARMING], PER_SECOND / 2)
        say(f"{PER_SECOND} requests a second for {BARE_SECONDS} seconds, and for {SECONDS} …")
        bare = fire(url, [Ask("bare", "/healthz", {})] * (PER_SECOND * BARE_SECONDS), PER_SECOND)
        answers = fire(url, asks, PER_SECOND)
    return _figures(people, bare, answers)


def _figures(people: int, bare: list[Answer], answers: list[Answer]) -> dict[str, object]:
    kinds = sorted({answer.kind for answer in answers})
    of_all, of_bare = milliseconds(answers), milliseconds(bare)
    return {
        "advocates": people, "entries": people * ENTRIES, "requests": len(answers), "per_second": PER_SECOND,
        "errors": sum(answer.status != 200 for answer in [*answers, *bare]),
        "bare_ms": of_bare, "all_ms": of_all,
        "by_kind_ms": {kind: milliseconds([one for one in answers if one.kind == kind]) for kind in kinds},
        "ratio": {name: round(of_all[name] / of_bare[name], 1) for name in of_all},
    }  # fmt: skip


def named() -> None:
    """Names that many people share in part, as in life; the number at the end tells them apart."""
    words = {
        "families": list(FAMILIES), "family_keys": [fold(name) for name in FAMILIES], "f": len(FAMILIES),
        "family_search": [search_key(name) for name in FAMILIES], "given_search": [search_key(name) for name in GIVEN],
        "given": list(GIVEN), "given_keys": [fold(name) for name in GIVEN], "g": len(GIVEN),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # as the population was made: nobody acted
        cursor.execute(_NAMES, words)
        cursor.execute("RESET session_replication_role")


def name_of(key: int) -> tuple[str, str]:
    """Family and given name of the advocate with this key."""
    return FAMILIES[key % len(FAMILIES)], GIVEN[key // 7 % len(GIVEN)]


def as_typed(family: str, given: str) -> list[str]:
    """What is asked while somebody types a name, letter by letter, until it is plain who is meant."""
    begun = [family[:letters] for letters in range(1, 6)]
    return [typed.lower() for typed in (*begun, f"{family[:5]} {given[:1]}", f"{family[:5]} {given[:2]}")]


def mix(bar: Bar) -> Iterator[Ask]:
    """Transcript, standing, search and catalogue in turns, each by the next reader."""
    officer = User.objects.create(email="officer@mail.example.kz", is_staff=True)
    Role.objects.create(user=officer, bar=bar, kind=RoleKind.COMPLIANCE_OFFICER)
    staff = _cookie(officer)
    people = list(Advocate.objects.order_by("pk")[:READERS])
    users = User.objects.bulk_create(User(email=f"reader{person.pk}@mail.example.kz") for person in people)
    for person, user in zip(people, users, strict=True):
        person.user = user
    Advocate.objects.bulk_update(people, ["user"])
    own = cycle([_cookie(user) for user in users])
    words = cycle(typed for person in people for typed in as_typed(*name_of(person.pk)))
    pages = cycle(_PAGES)
    while True:
        yield Ask("transcript", "/api/v1/me/transcript", next(own))
        yield Ask("standing", "/api/v1/me/standings", next(own))
        name = urllib.parse.quote(next(words))
        yield Ask("search", f"/api/v1/bars/{bar.code}/advocates?name={name}&limit={SUGGESTED}", staff)
        yield Ask("catalogue", f"/api/v1/catalogue/courses{next(pages)}", {"Accept-Language": "ru"})


def _cookie(user: User) -> dict[str, str]:
    """The header of a browser in which the user has logged in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.save()
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}", "Accept-Language": "ru"}


@contextmanager
def _web_server() -> Iterator[str]:
    """The production server on the bench's database, with a process for each core; its address, once it answers."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "cle.wsgi", "--config", "cle/deploy/gunicorn_conf.py",
               "--keep-alive", "30", "--log-level", "error"]  # fmt: skip
    with TemporaryDirectory() as folder:
        environment = {
            **os.environ, "WEB_BIND": f"127.0.0.1:{port}", "WEB_PROCESSES": str(os.cpu_count()),
            "DATABASE_URL": database_url(), "CLE_VAR": folder, "REDIS_URL": "",
            "SECRET_KEY": settings.SECRET_KEY, "API_REQUESTS_A_MINUTE": "1000000",
            "API_STRANGERS_REQUESTS_A_MINUTE": "1000000",
        }  # fmt: skip
        server = subprocess.Popen(command, cwd=Path(settings.BASE_DIR), env=environment)
        try:
            yield _answering(f"http://127.0.0.1:{port}", server)
        finally:
            server.terminate()
            server.wait(20)


def _answering(url: str, server: subprocess.Popen[bytes]) -> str:
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):
                return url
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.1)
    raise RuntimeError("the web process does not answer")
