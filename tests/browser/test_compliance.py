"""The office's compliance work in a browser: from a chart to its people, a sweep as it runs, a step by keyboard."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from advocates.models import Advocate, Bar, RoleKind
from cle.core.clock import now
from compliance.models import Case, CaseState, CaseStep, Notice, Standing, SweepRun
from compliance.services.sweeps import sweep_range
from tests.browser.conftest import Watched
from tests.compliance.rows import make_case, make_standing, ruled_bar
from tests.factories import make_advocate, make_user

pytestmark = pytest.mark.django_db(transaction=True)
PASSED = {
    "period_start": dt.date(2025, 1, 1), "period_end": dt.date(2025, 12, 31), "due_on": dt.date(2025, 12, 31),
    "petition_from": dt.date(2026, 1, 31),
}  # fmt: skip


@pytest.fixture
def bar() -> Bar:
    return ruled_bar(code="T-BR")


def enter(watched: Watched, bar: Bar) -> None:
    watched.enter(make_user(bar=bar, role=RoleKind.COMPLIANCE_OFFICER))


def test_from_a_strip_of_a_chart_to_the_people_behind_it(watched: Watched, bar: Bar) -> None:
    for status in ("short", "short", "compliant"):
        make_standing(make_advocate(bar), status, **PASSED)
    enter(watched, bar)
    watched.go(f"/office/{bar.code}/standing/")
    watched.page.locator("table.bars").first.get_by_role("link", name="short", exact=True).click()
    watched.page.get_by_text("2 advocates").wait_for()
    expect(watched.page.locator("tbody tr")).to_have_count(2)


def test_a_sweep_is_followed_without_reloading_the_page(watched: Watched, bar: Bar) -> None:
    make_advocate(bar)
    enter(watched, bar)
    watched.go(f"/office/{bar.code}/sweeps/")
    watched.page.get_by_role("button", name="Look at 1 advocate").click()
    watched.page.get_by_text("0 of 1 parts").wait_for()
    address = watched.page.url
    sweep_range(SweepRun.objects.get().ranges.get().pk, now=now())
    watched.page.get_by_text("Done").wait_for()
    assert watched.page.url == address
    assert Standing.objects.exists()


def test_a_valid_reason_is_recorded_with_the_keyboard_alone_on_a_phone(watched: Watched, bar: Bar) -> None:
    person = make_advocate(bar, "Сейітқазы Әлімжан")
    make_standing(person, **PASSED)
    make_late_case(person)
    enter(watched, bar)
    watched.go(f"/office/{bar.code}/cases/")
    watched.press_until("Сейітқазы Әлімжан")
    watched.page.keyboard.press("Enter")
    watched.page.get_by_role("heading", name="What can be done now").wait_for()
    watched.press_until("Take this step: There is a valid reason")
    watched.page.keyboard.press("Enter")
    watched.page.get_by_role("heading", name="There is a valid reason").wait_for()
    watched.press_until("id_reason")
    watched.page.keyboard.type("Two months in hospital")
    watched.page.keyboard.press("Tab")
    watched.page.keyboard.type("Certificate No. 7")
    watched.page.keyboard.press("Tab")
    watched.page.keyboard.type("12122025")  # the same in either order of day and month
    watched.press_until("id_sure")
    watched.page.keyboard.press("Space")
    watched.press_until("There is a valid reason")
    watched.page.keyboard.press("Enter")
    watched.page.get_by_text("The step is recorded.").wait_for()
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= 360
    step = CaseStep.objects.get()
    assert (step.to_state, step.document) == (CaseState.EXCUSED, "Certificate No. 7, 12.12.2025")


def test_people_are_ticked_and_written_to_with_the_keyboard_alone_on_a_phone(watched: Watched, bar: Bar) -> None:
    people = [make_advocate(bar, name) for name in ("Асанова Гүл", "Белов Ян", "Вагнер Эмма")]
    for person in people:
        make_standing(person, **PASSED)
        case = make_late_case(person)
        Case.objects.filter(pk=case.pk).update(state=CaseState.OPEN)
    Case.objects.filter(advocate=people[1]).update(state=CaseState.EXCUSED)
    enter(watched, bar)
    watched.go(f"/office/{bar.code}/short/")
    for person in people[:2]:
        watched.press_until(f"Write to: {person.full_name}")
        watched.page.keyboard.press("Space")
    watched.press_until("Write to those ticked")
    watched.page.keyboard.press("Enter")
    watched.page.get_by_role("heading", name="Chosen, but not due a notice").wait_for()
    expect(watched.page.locator("#left-out ~ ul li")).to_have_text(re.compile(r": Белов Ян\s*$"))
    watched.press_until("id_sure")
    watched.page.keyboard.press("Space")
    watched.press_until("Write to them")
    watched.page.keyboard.press("Enter")
    watched.page.get_by_text("1 notice is on its way.").wait_for()
    assert Notice.objects.get().advocate == people[0]
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_petition_is_drafted_with_its_evidence(watched: Watched, bar: Bar) -> None:
    person = make_advocate(bar, "Сейітқазы Әлімжан")
    make_standing(person, **PASSED)
    make_late_case(person)
    enter(watched, bar)
    watched.go(f"/office/{bar.code}/cases/")
    page = watched.page
    page.get_by_role("link", name="Сейітқазы Әлімжан").click()
    page.get_by_role("link", name="Take this step: Draft a petition").click()
    page.get_by_label("I have read the case, and I take this step myself").check()
    page.get_by_role("button", name="Draft a petition").click()
    page.get_by_text("The step is recorded.").wait_for()
    assert watched.download("Petition draft with evidence (PDF)").startswith(b"%PDF-")


def make_late_case(person: Advocate) -> Case:
    """Of the year before, so that its days have passed by any clock."""
    case = make_case(person, CaseState.NOTIFIED)
    first, due, petition = (PASSED[name] for name in ("period_start", "due_on", "petition_from"))
    Case.objects.filter(pk=case.pk).update(
        period_start=first, due_on=due, grace_ends_on=petition - dt.timedelta(1), petition_from=petition
    )
    return case
