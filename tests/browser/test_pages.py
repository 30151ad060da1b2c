"""Every page of ours, in three languages, on a phone and on a desk: for everybody, whole, small, and from here alone.

Pictures of them are left in ``var/screens`` to be looked at.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from playwright.sync_api import Browser, Page, Response

from tests.browser.conftest import PHONE, Watched
from tests.browser.test_login import WCAG
from tests.house.bodies import query_of, sent_with
from tests.house.calls import CALLS, Call
from tests.house.cells import Answer, expected
from tests.house.world import ADVOCATE, OWN, Actor, World, make_world

pytestmark = pytest.mark.django_db(transaction=True)
DESK = {"width": 1280, "height": 900}
MOST_BYTES = 100_000
"""Of a page with all that it loads, compressed, in a browser that has never been here."""

SCREENS = Path(settings.BASE_DIR) / "var" / "screens"
PAGES = [call for call in CALLS if call.method == "GET" and call.descends_from("PrivatePage")]
NO_PAGE = {
    "office:offices": "only leads on",
    "here-code": "its code lasts a minute or two: test_own_pages opens it",
    "office:claim-file": "a file",
    "own:claim-file": "a file",
    "office:rulebook-impact": "leads to the draft that it takes",
    "office:rulebook-adoption": "leads to the draft that it takes",
}
FILES = re.compile(r"\.(pdf|png|zip|xlsx|csv|ics)$")


def _readers(call: Call) -> Iterator[Actor]:
    """Somebody who is served the page: the advocate, or whoever of the staff sees most."""
    from tests.house.world import ACTORS

    served = [actor for actor in ACTORS if expected(call, actor, OWN) in (Answer.SERVED, Answer.DONE)]
    admins = [actor for actor in served if actor.name in ("bar_admin", ADVOCATE.name)]
    yield (admins or served)[0]


class Weight:
    """What the browser has loaded, compressed as a production server would."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        page.on("response", self._add)

    def _add(self, response: Response) -> None:
        if response.ok and response.request.method == "GET":
            self.bytes += len(gzip.compress(response.body()))


def _open(watched: Watched, world: World, actor: Actor, language: str) -> None:
    cookies = {name: morsel.value for name, morsel in world.cookies[actor].items()}
    cookies["django_language"] = language
    watched.page.context.clear_cookies()
    watched.page.context.add_cookies([{"name": n, "value": v, "url": watched.home} for n, v in cookies.items()])


def _address(call: Call, world: World) -> str:
    """Where the page is, with rows that are fit for it and what has to stand behind the question mark."""
    rows = world.rows[OWN]
    if prepare := sent_with(call).before:
        prepare(rows)
    address = reverse(call.name, kwargs=world.kwargs(call.keys, call.address, OWN))
    query = urlencode(query_of(call, rows))
    return f"{address}?{query}" if query else address


def _faults(page: Page) -> list[tuple[str, str]]:
    found: Any = Axe().run(page, options=WCAG).response["violations"]
    return [(fault["id"], fault["nodes"][0]["html"]) for fault in found]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_each_page_in_each_language(watched: Watched, language: str) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    world, page, wrong = make_world(), watched.page, []
    for call in PAGES:
        if call.name in NO_PAGE or FILES.search(call.address):
            continue
        for actor in _readers(call):
            _open(watched, world, actor, language)
            page.set_viewport_size(PHONE)
            watched.go(_address(call, world))
            if page.locator("html").get_attribute("lang") != language:
                wrong.append((call.name, "language"))
            if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
                wrong.append((call.name, "wider than a phone"))
            name = f"{call.name.replace(':', '-')}-{language}"
            page.screenshot(path=SCREENS / f"{name}-phone.png", full_page=True)
            page.set_viewport_size(DESK)
            wrong += [(call.name, *fault) for fault in _faults(page)]
            page.screenshot(path=SCREENS / f"{name}-desk.png", full_page=True)
    assert wrong == []


def test_no_page_is_heavy(chromium: Browser, live_server: Any) -> None:
    """On a first visit, with nothing kept."""
    world, heavy = make_world(), {}
    for call in PAGES:
        if call.name in NO_PAGE or FILES.search(call.address):
            continue
        context = chromium.new_context(viewport=PHONE, locale="en-GB")
        seen = Watched(context, live_server.url)
        weight = Weight(seen.page)
        _open(seen, world, next(_readers(call)), "ru")
        seen.go(_address(call, world))
        context.close()
        if weight.bytes > MOST_BYTES:
            heavy[call.name] = weight.bytes
    assert heavy == {}


WORD = re.compile(r"[A-Za-z][a-z]{3,}(?: [a-z]{2,})*")
NAMES = {"English", "Course", "minutes"}
"""Words that rows of the world hold, in names of courses and of a rulebook's examples."""


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_page_falls_back_on_english(watched: Watched, language: str) -> None:
    """Words in Latin letters are those of names, addresses and codes that the rows hold, or English was left."""
    world, left = make_world(), []
    for call in PAGES:
        if call.name in NO_PAGE or FILES.search(call.address):
            continue
        _open(watched, world, next(_readers(call)), language)
        watched.go(_address(call, world))
        text = watched.page.locator("body").inner_text()
        left += [(call.name, word) for word in WORD.findall(text) if _is_ours(word)]
    assert not left, left


def _is_ours(word: str) -> bool:
    """Whether a run of Latin words is a sentence of the catalogue, which ought to have been translated."""
    from cle.core.catalogues import messages

    global _SENTENCES
    if not _SENTENCES:
        for _context, message in messages(settings.BASE_DIR):
            _SENTENCES |= {message} if isinstance(message, str) else set(message)
    return word in _SENTENCES - NAMES


_SENTENCES: set[str] = set()
