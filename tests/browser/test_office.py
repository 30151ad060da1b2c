"""A year's work of the bar office in a browser, each part by whoever does it."""

from __future__ import annotations

import datetime as dt
import io
import json
import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from advocates.models import Bar, RoleKind, Unit
from cle.core.clock import now
from compliance.models import Certificate, Job, Notice
from compliance.services.jobs import run_job
from compliance.services.rulebooks import adopt_rulebook
from courses.services.sessions import register
from tests.browser.conftest import Watched
from tests.compliance.certified import attended, crowd, held
from tests.compliance.rows import make_standing, rulebook_document, ruled_bar
from tests.factories import make_advocate, make_bar, make_course, make_national, make_session, make_user
from tests.office.test_claims_queue import claimed

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.timedelta(days=1)
REMINDING = dt.datetime(2026, 12, 11, 5, 0, tzinfo=dt.UTC)
"""Within the month before the end of 2026, when the example's rules have a reminder sent."""


@pytest.fixture
def bar() -> Bar:
    return make_bar("R-1", ruled_bar())


def enter(watched: Watched, bar: Bar, role: RoleKind, path: str, language: str = "en") -> None:
    watched.enter(make_user(bar=bar, role=role), language)
    watched.go(f"/office/{bar.code}/{path}")


def work_done(watched: Watched) -> None:
    """A worker takes the job whose page is open; the page notices by itself."""
    expect(watched.page).to_have_url(re.compile(r"/jobs/\d+/$"))
    run_job(Job.objects.latest("pk").pk, now=now)
    expect(watched.page.locator("#job").get_by_text("Done")).to_be_visible()


def test_today_leads_to_the_claim_that_waits_by_keyboard_alone_on_a_phone(watched: Watched, bar: Bar) -> None:
    person = make_advocate(bar)
    claimed(person, "Article on evidence")
    enter(watched, bar, RoleKind.BAR_ADMIN, "")
    row = watched.page.locator("main").get_by_role("listitem").filter(has_text="claim")
    expect(row.locator("b.number")).to_have_text("1")
    row.get_by_role("link").focus()
    watched.page.keyboard.press("Enter")
    expect(watched.page).to_have_url(re.compile("/claims/$"))
    watched.press_until("Article on evidence")
    watched.page.keyboard.press("Enter")
    expect(watched.page.get_by_role("heading", level=1)).to_have_text("Article on evidence")
    expect(watched.page.get_by_role("button", name="Approve")).to_be_visible()
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_letters_are_seen_counted_and_confirmed_before_they_go(
    watched: Watched, bar: Bar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: REMINDING)
    for name in ("Әбенова Гүл", "Ким Виктор"):
        make_standing(make_advocate(bar, name), "at_risk")
    make_standing(make_advocate(bar, "Ли Анна"), "compliant")
    page = watched.page
    enter(watched, bar, RoleKind.COMPLIANCE_OFFICER, "short/")
    expect(page.get_by_text("2 advocates")).to_be_visible()
    page.get_by_role("link", name="Write to all 2").click()
    expect(page.get_by_role("heading", name="Letter 1 of 2")).to_be_visible()
    page.get_by_role("link", name="Further").click()
    expect(page.get_by_role("heading", name="Letter 2 of 2")).to_be_visible()
    page.get_by_role("button", name="Write to them").click()  # the browser wants the tick first
    assert not Notice.objects.exists()
    page.get_by_label("Yes, write to 2 people").check()
    page.get_by_role("button", name="Write to them").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert Notice.objects.count() == 2


def test_certificates_are_issued_replaced_and_revoked(watched: Watched, bar: Bar) -> None:
    session = held(bar, *crowd(bar, 2))
    page = watched.page
    enter(watched, bar, RoleKind.BAR_ADMIN, "certificates/")
    page.get_by_role("link", name=str(session.course)).click()
    page.get_by_label("Yes, issue 2 certificates").check()
    page.get_by_role("button", name="Issue").click()
    work_done(watched)
    page.get_by_role("link", name="To the certificates").click()
    first = Certificate.objects.earliest("pk")
    page.get_by_role("link", name=first.serial).click()
    page.get_by_label("Reason").fill("The name is misspelt")
    page.get_by_role("button", name="Replace it").click()
    expect(page.get_by_role("status")).to_contain_text("This is the new certificate.")
    page.get_by_label("Reason").fill("Issued in error")
    page.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_text("no longer valid")).to_be_visible()
    assert Certificate.objects.standing().count() == 1


def test_a_certificate_changes_its_look_while_one_types(watched: Watched, bar: Bar) -> None:
    page = watched.page
    enter(watched, bar, RoleKind.BAR_ADMIN, "certificates/design/")
    page.get_by_label("Signatory", exact=False).first.press_sequentially("Ли А. Б.")
    expect(page.locator("#picture img")).to_have_attribute("src", re.compile("signatory_name=.*"))
    assert page.locator("#picture img").evaluate("async each => (await each.decode(), each.naturalWidth)") > 500
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_be_visible()
    page.wait_for_load_state("networkidle")  # a picture still on its way would be drawn while the tables are emptied
    bar.refresh_from_db()
    assert bar.signatory_name == "Ли А. Б."


def test_two_versions_are_compared_and_a_third_is_tried_on_the_bars(watched: Watched) -> None:
    national = make_national()
    for number in (1, 2):
        document = rulebook_document(version=str(number), effective_from=f"202{number}-01-01")
        adopt_rulebook(national, document, decision=f"No. {number}", by=None)
    region = make_bar(parent=national)
    make_advocate(region)
    page = watched.page
    enter(watched, national, RoleKind.BAR_ADMIN, "rulebooks/")
    expect(page.get_by_role("heading", name="In force")).to_be_visible()
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", name="Compare two versions")).to_be_visible()
    watched.go(f"/office/{national.code}/rulebooks/")
    page.get_by_role("link", name="Check a draft").first.click()
    draft = rulebook_document(version="3", effective_from="2023-01-01", examples=[])
    page.get_by_label("Document, in JSON or YAML").fill(json.dumps(draft))
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text("This document can be adopted.")).to_be_visible()
    page.get_by_role("button", name="Whom it would touch").click()
    work_done(watched)
    page.get_by_role("link", name="See the result").click()
    expect(page.get_by_role("heading", name="Whom the rules would touch")).to_be_visible()


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_national_officer_goes_from_all_bars_to_one_and_takes_the_report(watched: Watched, language: str) -> None:
    national = ruled_bar(code="KZ")
    region = make_bar("T-A", national)
    make_standing(make_advocate(region), "short")
    page = watched.page
    enter(watched, national, RoleKind.COMPLIANCE_OFFICER, "bars/", language)
    page.locator("main").get_by_role("link", name="T-A").click()
    expect(page).to_have_url(re.compile("/office/T-A/standing/"))
    watched.go("/office/KZ/quarterly/")
    book = load_workbook(io.BytesIO(watched.download("XLSX")))
    assert region.code in str([cell for row in book.active.values for cell in row])  # type: ignore[union-attr]


def test_an_auditor_reads_the_whole_file_and_changes_nothing(watched: Watched, bar: Bar) -> None:
    person = make_advocate(bar, "Қасымов Ерлан")
    make_standing(person, "short")
    attended(person)
    enter(watched, bar, RoleKind.AUDITOR, "advocates/")
    watched.page.get_by_role("link", name="Қасымов Ерлан").click()
    tabs = watched.page.get_by_role("navigation", name="Parts of the file").get_by_role("link")
    watched.arrive(tabs.first)
    seen = []
    for place in range(tabs.count()):
        tabs.nth(place).click()
        expect(tabs.nth(place)).to_have_attribute("aria-current", "page")
        expect(watched.page.get_by_role("heading", level=1)).to_have_text("Қасымов Ерлан")
        watched.page.wait_for_load_state()
        assert watched.page.locator("main form[method=post]").count() == 0
        seen.append(tabs.nth(place).inner_text())
    assert len(seen) >= 8, seen
    assert watched.page.request.get(f"{watched.home}/office/{bar.code}/courses/new/").status == 404


def test_the_head_of_a_unit_sees_their_own_people_alone(watched: Watched, bar: Bar) -> None:
    own, other = (Unit.objects.create(bar=bar, name=name) for name in ("First office", "Second office"))
    make_standing(make_advocate(bar, "Ким Олег", unit=own), "short")
    make_standing(make_advocate(bar, "Ли Анна", unit=other), "short")
    head = make_user(bar=bar, role=RoleKind.UNIT_HEAD)
    head.roles.update(unit=own)
    watched.enter(head)
    for path in ("advocates", "short"):
        watched.go(f"/office/{bar.code}/{path}/")
        expect(watched.page.get_by_role("link", name="Ким Олег")).to_be_visible()
        expect(watched.page.get_by_text("Ли Анна")).to_have_count(0)


def test_a_course_manager_prepares_the_room(watched: Watched, bar: Bar) -> None:
    """Places and the waiting list, the sheet to be signed, the poster with the code."""
    session = make_session(make_course(bar), now() + DAY, capacity=1)
    for name in ("Ким Олег", "Ли Анна"):
        register(session, make_advocate(bar, name), now=now())
    page = watched.page
    enter(watched, bar, RoleKind.COURSE_MANAGER, f"sessions/{session.pk}/")
    page.get_by_role("link", name="on the waiting list").click()
    expect(page.get_by_role("row").filter(has_text="Ли Анна")).to_contain_text("waiting")
    page.get_by_role("button", name=re.compile("Give it up.*Ким Олег")).click()
    expect(page.get_by_role("row").filter(has_text="Ли Анна")).not_to_contain_text("waiting")
    watched.go(f"/office/{bar.code}/sessions/{session.pk}/presence/")
    page.get_by_role("link", name="Sheet to be signed by hand").first.click()
    expect(page.locator("tr.hand").filter(has_text="Ли Анна")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Allow a poster").click()
    page.get_by_role("link", name="Poster to print").click()
    expect(page.get_by_role("img", name="QR code of the page for checking in")).to_be_visible()
