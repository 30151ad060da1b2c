"""Attendance in a real browser: a report dropped on a phone, corrected, applied, confirmed, and undone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from courses.models import Course, Entry
from tests.browser.conftest import Watched
from tests.browser.test_login import log_in
from tests.browser.wcag import faults
from tests.courses.reports import credit, minutes, zoom
from tests.factories import make_category
from tests.office.taught import taught

pytestmark = pytest.mark.django_db(transaction=True)
MEETING = zoom(("Озёрная Мария Николаевна", "", 0, 180), ("Тестов Аскер", "", 0, 170))


def test_a_report_is_dropped_corrected_applied_confirmed_and_undone(watched: Watched, tmp_path: Path) -> None:
    """On a window 360 pixels wide, by the buttons that are there."""
    there, page = taught(), watched.page
    page.on("dialog", lambda dialog: dialog.accept())
    report = tmp_path / "zoom.csv"
    report.write_bytes(MEETING)
    log_in(watched, there.manager)
    watched.go(f"/office/KZ-71/sessions/{there.session.pk}/attendance/")
    page.get_by_label("Drop the attendance report here").set_input_files(report)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("button", name="Apply: 1 person")).to_be_visible()
    page.get_by_role("button", name=re.compile(f"Accept.*{there.askar.full_name}")).click()
    page.get_by_role("button", name="Apply: 2 people").click()
    page.get_by_role("link", name="Confirm the attendance").click()
    page.get_by_role("button", name="Confirm and post the credit of 2 people").click()
    expect(page.get_by_role("status")).to_contain_text("2 entries of credit are posted")
    assert (credit(there.maria), credit(there.askar)) == (180, 180)
    page.get_by_role("link", name="zoom.csv").first.click()
    page.get_by_role("link", name="Undo the import").click()
    page.get_by_label("Reason").fill("The report of another meeting")
    page.get_by_role("button", name="Undo it for 2 people").click()
    expect(page.get_by_role("status")).to_contain_text("The import is taken back")
    assert (credit(there.maria), minutes(there.session), Entry.objects.count()) == (0, {}, 4)


def test_somebody_else_is_found_as_one_types(watched: Watched, tmp_path: Path) -> None:
    there, page = taught(), watched.page
    report = tmp_path / "zoom.csv"
    report.write_bytes(zoom(("iPhone", "", 0, 180)))
    log_in(watched, there.manager)
    watched.go(f"/office/KZ-71/sessions/{there.session.pk}/attendance/")
    page.get_by_label("Drop the attendance report here").set_input_files(report)
    page.get_by_role("button", name="Read it").click()
    page.get_by_role("link", name="Somebody else, or nobody").click()
    name = page.get_by_label("Name or licence number")
    watched.arrive(name)
    name.press_sequentially("ozern")
    page.get_by_role("button", name=re.compile(f"Choose.*{there.maria.full_name}")).click()
    expect(page.get_by_role("button", name="Apply: 1 person")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert faults(page) == []


def test_a_course_is_written_down_with_the_keyboard_alone(watched: Watched) -> None:
    """The agenda is added up while one writes; an empty row more comes without leaving the page."""
    there, page = taught(), watched.page
    make_category(there.bar, "ethics")
    log_in(watched, there.manager)
    watched.go("/office/KZ-71/courses/new/")
    page.get_by_label("Name in Kazakh").first.focus()
    for text in ("Этика", "Адвокат этикасы"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.locator("#id_provider").focus()
    page.keyboard.press("ArrowDown")
    page.locator("[name=part-0-begins]").focus()
    page.keyboard.type("1000AM")
    page.locator("[name=part-0-ends]").focus()
    page.keyboard.type("1130AM")
    page.locator("[name=part-0-title]").focus()
    page.keyboard.type("Сыр сақтау")
    page.keyboard.press("Tab")
    expect(page.locator("#totals")).to_contain_text("90 minutes")
    page.get_by_role("button", name="Add a row").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[name=part-4-title]")).to_have_count(1)
    page.get_by_role("button", name="Save the draft").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/courses/\d+/$"))
    part = Course.objects.latest("pk").segments.get()
    assert (part.title, part.minutes) == ("Сыр сақтау", 90)
