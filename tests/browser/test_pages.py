"""Every page of ours, in three languages, on a phone and on a desk: for everybody, whole, small, and from here alone.

Pictures of the main ones are left in ``var/screens`` to be looked at. A page is loaded once for each language, and
everything about it is asked there: there are more than a hundred of them.
"""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from playwright.sync_api import Response

from cle.core.catalogues import messages
from tests.browser.conftest import PHONE, Watched
from tests.browser.wcag import CONTRAST, WCAG, bring, faults
from tests.house.bodies import query_of, sent_with
from tests.house.calls import CALLS, Call
from tests.house.cells import Answer, expected
from tests.house.world import ACTORS, ADVOCATE, OWN, Actor, World, make_world

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
    "office:excuse-paper": "a file",
    "own:excuse-paper": "a file",
    "office:rulebook-impact": "leads to the draft that it takes",
    "office:rulebook-adoption": "leads to the draft that it takes",
}
FILES = re.compile(r"\.(pdf|png|zip|xlsx|csv|ics)$")
MAIN = {
    "here", "own:certificates", "own:claim", "own:courses", "own:file", "own:finish", "own:notices", "own:transcript",
    "own:what-if", "office:advocate", "office:advocates", "office:advocates-access", "office:attendance", "office:case",
    "office:claim", "office:claims", "office:course", "office:design", "office:national", "office:notices-plan",
    "office:report", "office:rulebook", "office:session", "office:short", "office:standing", "office:sweeps",
    "office:today",
}  # fmt: skip
"""Pages of which pictures are kept, in the languages of the bars."""


def _reader(call: Call) -> Actor:
    """Somebody who is served the page: the advocate, or whoever of the staff sees most."""
    served = [actor for actor in ACTORS if expected(call, actor, OWN) in (Answer.SERVED, Answer.DONE)]
    admins = [actor for actor in served if actor.name in ("bar_admin", ADVOCATE.name)]
    return (admins or served)[0]


class Walk:
    """Through the pages in one language, as whoever is served each of them; what is wrong is noted with its page."""

    def __init__(self, watched: Watched, language: str) -> None:
        self.watched, self.page, self.language = watched, watched.page, language
        self.world, self.wrong = make_world(), []  # type: tuple[World, list[tuple[str, ...]]]
        self._who: Actor | None = None
        self._sizes: dict[str, int] = {}
        self.page.on("response", self._weigh)
        bring(self.page)

    def open(self, call: Call) -> None:
        """On a phone's window."""
        self._enter(_reader(call))
        self.page.set_viewport_size(PHONE)
        self.watched.go(_address(call, self.world))

    def _enter(self, actor: Actor) -> None:
        if actor == self._who:
            return
        cookies = {name: morsel.value for name, morsel in self.world.cookies[actor].items()}
        cookies["django_language"] = self.language
        self.page.context.clear_cookies()
        self.page.context.add_cookies([{"name": n, "value": v, "url": self.watched.home} for n, v in cookies.items()])
        self._who = actor

    def _weigh(self, response: Response) -> None:
        """What each thing weighs that was ever loaded, compressed as a production server would."""
        if response.ok and response.request.method == "GET" and response.url not in self._sizes:
            self._sizes[response.url] = len(gzip.compress(response.body()))

    def weight(self) -> int:
        """Of the page that is open with all that it took in, also out of the browser's memory."""
        taken = self.page.evaluate("performance.getEntriesByType('resource').map(each => each.name)")
        return sum(self._sizes.get(url, 0) for url in {self.page.url, *taken})

    def note(self, call: Call, *what: str) -> None:
        self.wrong.append((call.name, *what))

    def note_faults(self, call: Call, where: str, rules: list[str] = WCAG) -> None:
        self.wrong += [(call.name, where, *fault) for fault in faults(self.page, rules)]

    def picture(self, call: Call, where: str) -> None:
        if call.name in MAIN and self.language != "en":
            name = f"{call.name.replace(':', '-')}-{self.language}-{where}.png"
            self.page.screenshot(path=SCREENS / name, full_page=True)


def _address(call: Call, world: World) -> str:
    """Where the page is, with rows that are fit for it and what has to stand behind the question mark."""
    rows = world.rows[OWN]
    if prepare := sent_with(call).before:
        prepare(rows)
    address = reverse(call.name, kwargs=world.kwargs(call.keys, call.address, OWN))
    query = urlencode(query_of(call, rows))
    return f"{address}?{query}" if query else address


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_each_page_in_each_language(watched: Watched, language: str) -> None:
    """Axe looks at each page twice, at a phone's in Kazakh and at a desk's in Russian, there also at the colours of the
    main pages in the dark: a page has the same parts in English.
    """
    SCREENS.mkdir(parents=True, exist_ok=True)
    walk = Walk(watched, language)
    for call in PAGES:
        if call.name in NO_PAGE or FILES.search(call.address):
            continue
        walk.open(call)
        _look_at_phone(walk, call)
        if language == "ru" or (language == "kk" and call.name in MAIN):
            _look_at_desk(walk, call)
        if language == "ru" and call.name in MAIN:
            _look_in_the_dark(walk, call)
    assert walk.wrong == []


def _look_at_phone(walk: Walk, call: Call) -> None:
    page = walk.page
    if page.locator("html").get_attribute("lang") != walk.language:
        walk.note(call, "language")
    if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
        walk.note(call, "wider than a phone")
    if walk.weight() > MOST_BYTES:
        walk.note(call, f"weighs {walk.weight()} bytes")
    if walk.language != "en":
        for word in filter(_is_ours, WORD.findall(page.locator("body").inner_text())):
            walk.note(call, "in English", word)
    if walk.language == "kk":
        walk.note_faults(call, "on a phone")
    walk.picture(call, "phone")


def _look_at_desk(walk: Walk, call: Call) -> None:
    walk.page.set_viewport_size(DESK)
    if walk.language == "ru":
        walk.note_faults(call, "on a desk")
    walk.picture(call, "desk")


def _look_in_the_dark(walk: Walk, call: Call) -> None:
    walk.page.emulate_media(color_scheme="dark")
    walk.note_faults(call, "in the dark", CONTRAST)
    walk.picture(call, "dark")
    walk.page.emulate_media(color_scheme="light")


WORD = re.compile(r"[A-Za-z][a-z]{3,}(?: [a-z]{2,})*")
NAMES = {"English", "Course", "minutes"}
"""Words that rows of the world hold, in names of courses and of a rulebook's examples."""


@cache
def _sentences() -> set[str]:
    """Of the catalogue, in English."""
    found: set[str] = set()
    for _context, message in messages(settings.BASE_DIR):
        found |= {message} if isinstance(message, str) else set(message)
    return found - NAMES


def _is_ours(word: str) -> bool:
    """Whether a run of Latin words is a sentence of the catalogue, which ought to have been translated.

    Others are those of names, addresses and codes that the rows hold.
    """
    return word in _sentences()
