"""In the room with a phone of 360 pixels: from the code to the record, and a claim with a photograph."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from advocates.models import Advocate, Bar, FilePart, RoleKind
from advocates.services.reads import record_read
from cle.core.clock import now
from compliance.models import Objection, Preferences
from courses.attendance.codes import screen_code, spaced
from courses.models import Claim, Evidence, PresenceMark, Session
from courses.services.sessions import cancel_registration, register
from tests.browser.conftest import PHONE, Watched
from tests.browser.test_login import log_in
from tests.compliance.certified import attended
from tests.compliance.rows import make_notice, make_standing, ruled_bar
from tests.courses.files import document, from_a_telephone
from tests.factories import make_advocate, make_bar, make_category, make_course, make_session, make_user
from tests.login.codes import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bar() -> Bar:
    return make_bar("KZ-71")


@pytest.fixture
def person(bar: Bar) -> Advocate:
    return make_advocate(bar, "Әділова Гүлнар", user=make_user("advocate@mail.example.kz"))


@pytest.fixture
def session(bar: Bar) -> Session:
    return make_session(make_course(bar), now() - dt.timedelta(hours=1))


def test_a_stranger_scans_logs_in_and_is_here_by_keyboard_alone(
    watched: Watched, person: Advocate, session: Session
) -> None:
    """The code that was good when it was scanned is good after the log-in; no mouse, no finger."""
    page = watched.page
    watched.go(f"/here/{screen_code(session.pk, now())}")
    page.get_by_label("E-mail").focus()
    page.keyboard.type("advocate@mail.example.kz")
    page.keyboard.press("Tab")
    page.get_by_label("Password", exact=True).focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    here = page.get_by_role("button", name="I am here")
    expect(here).to_be_visible()
    for _ in range(30):
        page.keyboard.press("Tab")
        if here.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("You have checked in.")).to_be_visible()
    expect(page.get_by_text("provisional")).to_be_visible()
    assert PresenceMark.objects.get().advocate == person
    watched.go(f"/here/{screen_code(session.pk, now())}")
    page.get_by_role("button", name="I am leaving").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You have checked out.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_projector_shows_who_comes_without_being_touched(
    watched: Watched, person: Advocate, session: Session, chromium: Browser, live_server: Any
) -> None:
    log_in(watched, make_user("staff@mail.example.kz", bar=session.bar, role=RoleKind.COURSE_MANAGER))
    watched.go(f"/office/{session.bar.code}/sessions/{session.pk}/presence/screen/")
    expect(watched.page.get_by_text("0 have checked in")).to_be_visible()
    shown = watched.page.locator(".digits").inner_text()
    moment = now()
    steps = [moment - dt.timedelta(seconds=45), moment]
    assert shown in [spaced(screen_code(session.pk, when)) for when in steps]
    context = chromium.new_context(viewport=PHONE, locale="en-GB")
    phone = Watched(context, live_server.url)
    log_in(phone, person.user)  # type: ignore[arg-type]
    phone.go("/here/")
    phone.page.get_by_label("Code").fill(shown)
    phone.page.get_by_role("button", name="Next").click()
    phone.page.get_by_role("button", name="I am here").click()
    expect(phone.page.get_by_text("You have checked in.")).to_be_visible()
    context.close()
    expect(watched.page.get_by_text("1 have checked in")).to_be_visible(timeout=12_000)


def test_a_claim_with_a_photograph_from_the_phone(watched: Watched, person: Advocate, bar: Bar) -> None:
    make_category(bar, "law")
    log_in(watched, person.user)  # type: ignore[arg-type]
    page = watched.page
    watched.go("/my/claims/")
    page.get_by_role("link", name="New claim").click()
    page.get_by_label("What you learned, and where").fill("Seminar on evidence, Almaty")
    page.get_by_label("Category").select_option(label="law")
    page.get_by_label("Day on which it ended").fill("2026-01-15")
    page.get_by_label("Hours of instruction").fill("3")
    page.get_by_role("button", name="Save as a draft").click()
    photo = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": from_a_telephone()}
    scan = {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": document()}
    page.get_by_label("Photographs or PDF").set_input_files([photo, scan])  # type: ignore[list-item]
    page.get_by_label("None of them is an identity document").check()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("2 files were added.")).to_be_visible()
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_text("Submitted.")).to_be_visible()
    assert Claim.objects.get().state == "submitted"
    assert Evidence.objects.count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_from_a_notice_to_an_objection(watched: Watched) -> None:
    """Also who has looked at one's file, and a copy of everything."""
    bar = ruled_bar(code="KZ")
    person = make_advocate(bar, user=make_user())
    make_standing(person)
    said = {"subject": "Hours are missing", "text": "You miss 3 hours.", "sent_at": now()}
    make_notice(person, state="sent", address="a@mail.example.kz", **said)
    record_read(make_user(bar=bar, name="Ким Виктор"), FilePart.PERSON, person.pk)
    page = watched.page
    watched.enter(person.user)  # type: ignore[arg-type]
    watched.go("/my/notices/")
    page.get_by_role("link", name="Hours are missing").click()
    expect(page.get_by_text("You miss 3 hours.")).to_be_visible()
    page.get_by_role("link", name="Object, if the figures are wrong").click()
    page.get_by_label("Why you object").fill("A seminar in May is missing")
    page.get_by_role("button", name="Send to the bar").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert Objection.objects.get().text == "A seminar in May is missing"
    watched.go("/my/file/")
    page.get_by_role("link", name="Show who").click()
    expect(page.get_by_text("Ким Виктор")).to_be_visible()
    watched.go("/my/file/")
    assert watched.download("Download (ZIP)").startswith(b"PK")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_papers_and_why_each_credit_counts(watched: Watched) -> None:
    bar = ruled_bar(code="KZ")
    person = make_advocate(bar, user=make_user())
    make_standing(person)
    certificate = attended(person)
    watched.enter(person.user)  # type: ignore[arg-type]
    watched.go("/my/transcript/")
    assert watched.fetch("Signed PDF").startswith(b"%PDF-")
    watched.page.get_by_role("link", name="How it was calculated").click()
    expect(watched.page.get_by_role("heading", level=1)).to_have_text("How it was calculated")
    expect(watched.page.locator(".explained li").nth(2)).to_be_visible()
    watched.go("/my/certificates/")
    assert watched.fetch(f"PDF {certificate.serial}").startswith(b"%PDF-")
    watched.page.get_by_role("link", name="How others check it").click()
    expect(watched.page).to_have_url(re.compile(f"/verify/{certificate.code}"))


def test_the_waiting_list_and_the_calendar(watched: Watched, bar: Bar) -> None:
    """Full: one waits, gets the place that another gives up, and takes the day into the phone's calendar."""
    session = make_session(make_course(bar), now() + dt.timedelta(days=2), capacity=1)
    first = make_advocate(bar)
    register(session, first, now=now())
    waiting = make_advocate(bar, user=make_user())
    page = watched.page
    watched.enter(waiting.user)  # type: ignore[arg-type]
    watched.go(f"/my/courses/{session.pk}/")
    page.get_by_role("button", name="Join the waiting list").click()
    expect(page.get_by_role("button", name="Leave the waiting list")).to_be_visible()
    cancel_registration(session, first, now=now())
    page.reload()
    expect(page.get_by_role("button", name="Give the place up")).to_be_visible()
    assert b"BEGIN:VEVENT" in watched.download("Add to my calendar")


def test_reminders_and_the_language_are_one_s_own_to_choose(watched: Watched, person: Advocate) -> None:
    page = watched.page
    watched.enter(person.user)  # type: ignore[arg-type]
    watched.go("/my/preferences/")
    page.get_by_label("The bar writes to you in").select_option("ru")
    page.get_by_label("on days that I choose").check()
    page.get_by_label("Days before the due date").fill("60, 14")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_be_visible()
    kept = Preferences.objects.get()
    assert (kept.advocate, kept.reminder_days) == (person, [60, 14])
    person.refresh_from_db()
    assert person.language == "ru"
    page.get_by_role("button", name="Қазақша").click()
    expect(page.locator("html")).to_have_attribute("lang", "kk")
