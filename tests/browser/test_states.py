"""When something is amiss: no network, a slow or failing server, a form that is too old, a page that is not there."""

from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override
from playwright.sync_api import Page, Route, expect

from advocates.models import Advocate, RoleKind
from tests.browser.conftest import PHONE, Watched
from tests.browser.wcag import faults
from tests.factories import make_advocate, make_bar, make_category, make_user

pytestmark = pytest.mark.django_db(transaction=True)
SAID = {"kk": "Байланыс жоқ.", "ru": "Нет связи.", "en": "No connection."}


@pytest.fixture
def person() -> Advocate:
    bar = make_bar("KZ-71")
    make_category(bar, "law")
    return make_advocate(bar, "Әділова Гүлнар", user=make_user("advocate@mail.example.kz"))


@pytest.mark.parametrize("language", SAID)
def test_without_a_network_the_page_stays_with_all_that_was_typed(
    watched: Watched, person: Advocate, language: str
) -> None:
    page, state = watched.page, watched.page.locator("#state")
    watched.enter(person.user, language)  # type: ignore[arg-type]
    watched.go("/my/claims/new/")
    page.locator("#id_title").fill("Seminar on evidence")
    page.context.set_offline(True)
    expect(state).to_contain_text(SAID[language])
    page.locator("main form button.button").first.click()
    page.get_by_role("navigation").get_by_role("link").first.click()
    expect(page.locator("#id_title")).to_have_value("Seminar on evidence")
    assert watched.path == "/my/claims/new/"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert faults(page) == []
    page.context.set_offline(False)
    expect(state).to_have_attribute("data-now", "online")
    page.get_by_role("navigation").get_by_role("link").first.click()
    expect(page).not_to_have_url(re.compile("claims/new"))


def test_what_takes_long_or_fails_says_so(watched: Watched, person: Advocate) -> None:
    """A search as one types: while it waits, when the server fails, when the network goes, and when all is well."""
    page, state, held = watched.page, watched.page.locator("#state"), []  # type: Any
    watched.enter(make_user(bar=person.bar, role=RoleKind.BAR_ADMIN))
    watched.go("/office/KZ-71/advocates/")
    field = page.get_by_label("Name, in Cyrillic or Latin")

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/advocates/?*", hold)
    field.press_sequentially("g")
    expect(state).to_have_text("Loading …")
    held.pop().fulfill(status=500, body="")
    expect(state).to_contain_text("Load the page again.")
    field.press_sequentially("u")
    expect(state).to_have_text("Loading …")
    held.pop().abort("internetdisconnected")
    expect(state).to_contain_text("No connection.")
    page.unroute("**/advocates/?*")
    field.press_sequentially("l")
    expect(page).to_have_url(re.compile("name=gul"))
    expect(state).to_have_text("")
    assert len(watched.complaints) >= 2, "the browser notes both failures"
    watched.complaints.clear()


@pytest.mark.parametrize("language", SAID)
def test_pages_of_failures_are_for_everybody(watched: Watched, person: Advocate, language: str) -> None:
    """Each in its own language, small enough for a phone, with a way on."""
    page = watched.page
    watched.enter(person.user, language)  # type: ignore[arg-type]
    watched.go("/my/preferences/")
    page.locator("main form [name=csrfmiddlewaretoken]").first.evaluate("each => { each.value = 'x'.repeat(64) }")
    page.locator("main form button.button").first.click()
    _is_for_everybody(watched, language)
    page.locator("main .actions a").first.click()
    expect(page.locator("main form [name=csrfmiddlewaretoken]").first).to_be_attached()
    watched.go("/my/nothing/")
    _is_for_everybody(watched, language)
    for status in (400, 403, 429, 500):
        _serve_failure(page, status, language)
        watched.go("/failing/")
        _is_for_everybody(watched, language)
    watched.complaints.clear()


def _serve_failure(page: Page, status: int, language: str) -> None:
    """As Django shows it when nothing is known: no context."""
    with override(language):
        body = render_to_string(f"{status}.html")

    def answer(route: Route) -> None:
        route.fulfill(status=status, body=body, content_type="text/html; charset=utf-8")

    page.unroute("**/failing/")
    page.route("**/failing/", answer)


def _is_for_everybody(watched: Watched, language: str) -> None:
    page = watched.page
    watched.arrive(page.locator("main .actions a.button").first)
    assert page.locator("html").get_attribute("lang") == language
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert faults(page) == []
