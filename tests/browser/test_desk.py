"""The advocate's desk on a phone: from what is missing to a place in a course, by touch and by the keyboard alone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from advocates.models import Advocate
from courses.models import Registration
from tests.browser.conftest import PHONE, Watched
from tests.browser.wcag import faults
from tests.compliance.rows import make_standing, ruled_bar
from tests.factories import give_credit, make_advocate, make_course, make_session, make_user

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def advocate() -> Advocate:
    """Short of two hours of ethics this year; two courses are coming, of which one has them."""
    person = make_advocate(ruled_bar(), "Сәрсенова Әлия", user=make_user("own@mail.example.kz"))
    today = timezone.now().date()
    first, last = today.replace(month=1, day=1), today.replace(month=12, day=31)
    dates = {"period_start": first, "period_end": last, "due_on": last, "petition_from": last + 31 * dt.timedelta(1)}
    for year in (first.year - 1, first.year):
        give_credit(person, 630, first.replace(year=year))
    give_credit(person, 90, first.replace(year=first.year - 1), "ethics")
    make_standing(person, "at_risk", required=720, counted=630, missing=90, **dates)
    for minutes in ({"law": 180}, {"ethics": 90}):
        make_session(make_course(person.bar, minutes), timezone.now() + HOUR, place="Алматы", capacity=20)
    return person


def enter(watched: Watched, person: Advocate, language: str = "en") -> None:
    assert person.user is not None
    watched.enter(person.user, language)
    watched.go("/")


def press_until(page: Page, words: str, key: str = "Tab") -> None:
    """Go on by the keyboard until what has the focus is called so."""
    for _ in range(60):
        page.keyboard.press(key)
        if words in (page.evaluate("document.activeElement.textContent") or ""):
            return
    pytest.fail(f"the keyboard does not reach {words!r}")


def test_from_what_is_missing_to_a_place(watched: Watched, advocate: Advocate) -> None:
    page = watched.page
    enter(watched, advocate)
    expect(page.get_by_role("heading", name="2 h missing")).to_be_in_viewport()
    page.get_by_role("link", name="Which courses do I need?").click()
    expect(page.get_by_role("heading", name="1 course is enough")).to_be_visible()
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("status")).to_contain_text("You have a place.")
    page.get_by_role("navigation", name="My pages").get_by_role("link", name="My credits").click()
    expect(page.get_by_role("heading", name="My next courses")).to_be_visible()
    page.get_by_role("link", name="Which courses do I need?").click()
    expect(page.get_by_text("Nothing is missing")).to_be_visible()


def test_a_place_is_taken_and_given_up_by_the_keyboard_alone(watched: Watched, advocate: Advocate) -> None:
    page = watched.page
    enter(watched, advocate)
    press_until(page, "Courses")
    page.keyboard.press("Enter")
    page.wait_for_url("**/my/courses/")
    press_until(page, "Register")
    page.keyboard.press("Enter")
    page.wait_for_url("**/my/courses/*/")
    expect(page.get_by_role("status")).to_contain_text("You have a place.")
    press_until(page, "Give the place up")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Your place has been given up.")
    assert advocate.registrations.get().state == Registration.State.CANCELLED


def test_the_focus_is_never_hidden_behind_the_bar_below(watched: Watched, advocate: Advocate) -> None:
    """WCAG 2.2, 2.4.11."""
    page = watched.page
    enter(watched, advocate)
    watched.go("/my/courses/")
    press_until(page, "Register")
    press_until(page, "Register")
    bar = page.get_by_role("navigation", name="My pages").bounding_box()
    focused = page.locator(":focus").bounding_box()
    assert bar is not None
    assert focused is not None
    assert focused["y"] + focused["height"] <= bar["y"]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_first_page_is_for_everybody(watched: Watched, advocate: Advocate, language: str) -> None:
    page = watched.page
    enter(watched, advocate, language)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.locator("nav.reach a, nav.reach summary").count() > 3
    for link in page.locator("nav.reach > div > ul a, nav.reach summary").all():
        assert link.evaluate("each => each.scrollWidth <= each.clientWidth"), link.inner_text()
    assert faults(page) == []


def test_what_if_without_a_script(watched: Watched, advocate: Advocate) -> None:
    page = watched.page
    enter(watched, advocate)
    page.get_by_role("link", name="What if").click()
    page.get_by_role("checkbox").nth(1).check()
    page.get_by_role("button", name="See how I would stand").click()
    expect(page.get_by_role("heading", name="So it would be")).to_be_visible()
    expect(page.locator("#result")).to_contain_text("In order")
    assert not advocate.registrations.exists()
