"""What a bar prints, designed in a real browser: the emblem put there on a phone, and taken off by the keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from advocates.models import RoleKind
from compliance.models import BarPicture
from tests.browser.conftest import Watched
from tests.browser.test_login import log_in
from tests.browser.wcag import faults
from tests.compliance.pictured import emblem
from tests.compliance.rows import ruled_bar
from tests.factories import make_bar, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_emblem_is_printed_and_taken_off_again(watched: Watched, tmp_path: Path) -> None:
    bar, page, file = make_bar("R-1", ruled_bar()), watched.page, tmp_path / "emblem.png"
    file.write_bytes(emblem())
    log_in(watched, make_user(bar=bar, role=RoleKind.BAR_ADMIN))
    watched.go("/office/R-1/certificates/design/")
    page.get_by_label("Emblem:").set_input_files(file)
    page.get_by_role("button", name="Print it").first.click()
    expect(page.get_by_text("printed since")).to_be_visible()
    assert BarPicture.objects.in_use().get().part == "crest"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert faults(page) == []
    page.get_by_role("button", name="Replace it").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("From now on it is not printed")
    assert not BarPicture.objects.in_use().exists()
