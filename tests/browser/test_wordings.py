"""A bar's own words, written on a phone by the keyboard: a slip is named, the words are kept, then published."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from advocates.models import RoleKind
from compliance.models import NoticeWording
from tests.browser.conftest import Watched
from tests.browser.wcag import faults
from tests.compliance.rows import make_standing, ruled_bar
from tests.factories import make_advocate, make_bar, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_words_are_corrected_and_published(watched: Watched) -> None:
    bar, page = make_bar("R-1", ruled_bar()), watched.page
    make_standing(make_advocate(bar, "Әбенова Гүл"))
    watched.enter(make_user(bar=bar, role=RoleKind.BAR_ADMIN))
    watched.go("/office/R-1/notices/words/write/?stage=overdue&language=ru")
    page.get_by_label("Text:").fill("Уважаемая {nome}!")
    page.get_by_role("button", name="Preview").press("Enter")
    expect(page.get_by_text("There is no {nome}")).to_be_visible()
    watched.complaints = [said for said in watched.complaints if "422" not in said]  # the browser's word for it
    page.get_by_label("Text:").fill("Уважаемая {name}! Срок – {due}.")
    page.get_by_role("button", name="Preview").press("Enter")
    expect(page.get_by_text("Уважаемая Әбенова Гүл! Срок – ")).to_be_visible()
    assert not NoticeWording.objects.exists()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert faults(page) == []
    page.get_by_role("button", name="Publish").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("read so")
    assert NoticeWording.objects.get().body == "Уважаемая {name}! Срок – {due}."
