"""Deciding claims from the keyboard alone, as a reviewer of forty does; looking somebody up while typing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from advocates.models import RoleKind
from courses.models import Claim, Entry
from tests.browser.conftest import Watched
from tests.browser.test_login import log_in
from tests.factories import make_advocate, make_bar, make_national, make_user
from tests.office.test_claims_queue import claimed

pytestmark = pytest.mark.django_db(transaction=True)


def test_claims_are_decided_from_the_keyboard_alone(watched: Watched) -> None:
    bar = make_bar("KZ-99", make_national())
    log_in(watched, make_user(bar=bar, role=RoleKind.REVIEWER))
    whole, part, other = (claimed(make_advocate(bar), name, hour) for hour, name in enumerate(("One", "Two", "Three")))
    page = watched.page
    watched.go(f"/office/KZ-99/claims/{whole.pk}/")

    page.keyboard.press("KeyA")  # approve
    watched.arrive(page.get_by_role("heading", level=1, name="Two"))
    page.keyboard.press("KeyM")
    expect(page.get_by_label("Minutes granted")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("30")
    page.keyboard.press("Escape")
    page.keyboard.press("KeyW")
    page.keyboard.type("A reprint, area of law")  # letters that are keys elsewhere
    expect(page.get_by_label("Reason")).to_have_value("A reprint, area of law")
    page.keyboard.press("Escape")
    page.keyboard.press("KeyA")
    watched.arrive(page.get_by_role("heading", level=1, name="Three"))
    page.keyboard.press("KeyX")  # without a reason: nothing is decided
    watched.arrive(page.get_by_text("Say why."))
    page.keyboard.press("KeyW")
    page.keyboard.type("No proof")
    page.keyboard.press("Escape")
    page.keyboard.press("KeyR")
    expect(page).to_have_url(re.compile("/claims/$"))

    assert list(Entry.objects.order_by("pk").values_list("claim", "minutes")) == [(whole.pk, 90), (part.pk, 30)]
    returned = Claim.objects.get(pk=other.pk)
    assert (returned.state, returned.decision_reason) == ("returned", "No proof")
    watched.complaints = [
        said for said in watched.complaints if "422" not in said
    ]  # the browser notes what did not fit


def test_keys_can_be_switched_off(watched: Watched) -> None:
    bar = make_bar("KZ-99", make_national())
    log_in(watched, make_user(bar=bar, role=RoleKind.REVIEWER))
    claim = claimed(make_advocate(bar))
    watched.go(f"/office/KZ-99/claims/{claim.pk}/")
    watched.page.get_by_label("Keys").uncheck()
    watched.page.keyboard.press("KeyA")
    watched.page.reload()
    expect(watched.page.get_by_label("Keys")).not_to_be_checked()
    claim.refresh_from_db()
    assert claim.state == "submitted"


def test_somebody_is_found_while_typing_on_a_phone(watched: Watched) -> None:
    bar = make_bar("KZ-99", make_national())
    make_advocate(bar, "Сәрсенова Әлия")
    make_advocate(bar, "Ким Олег")
    log_in(watched, make_user(bar=bar))
    watched.go("/office/KZ-99/advocates/")
    watched.page.get_by_label("Name, in Cyrillic or Latin").press_sequentially("sars")
    expect(watched.page.get_by_text("Ким Олег")).to_have_count(0)
    expect(watched.page).to_have_url(re.compile("name=sars"))
    watched.page.get_by_role("link", name="Сәрсенова Әлия").click()
    expect(watched.page.get_by_role("heading", level=1)).to_have_text("Сәрсенова Әлия")
