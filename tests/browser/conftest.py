"""A real browser: Chromium as the system has it, driven by Playwright. Nothing is downloaded.

Without one these tests are skipped, and say so; where ``CLE_BROWSER_TESTS`` is ``required`` they fail.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from advocates.models import User

# Playwright runs an event loop in this thread; the rows that tests make here are made outside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")  # no longer: while its loop runs in this thread, nothing can be signed here
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        if os.environ.get("CLE_BROWSER_TESTS") == "required":
            pytest.fail("no Chromium on the path: apt-get install chromium")
        pytest.skip("no Chromium on the path: apt-get install chromium, to run the tests in a browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


class Watched:
    """A page whose every complaint and every call to somebody else is noted."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.page: Page = context.new_page()
        self.home, self.complaints, self.outside = home, [], []  # type: tuple[str, list[str], list[str]]
        self.page.on("console", lambda message: self._heard(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self._asked(request.url))

    def _heard(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)

    def _asked(self, url: str) -> None:
        if not url.startswith((self.home, "data:", "blob:", "chrome-extension:", "chrome:")):  # the last shows PDFs
            self.outside.append(url)

    def go(self, path: str) -> None:
        self.page.goto(self.home + path)

    def arrive(self, sign: Locator) -> None:
        """Wait for the page that shows ``sign``, and for its scripts: a click may return while the old one is there."""
        expect(sign).to_be_visible()
        self.page.wait_for_load_state()

    def enter(self, user: User, language: str = "en") -> None:
        """As somebody who has logged in before, whose language the browser knows."""
        client = Client()
        client.force_login(user)
        cookies = {name: morsel.value for name, morsel in client.cookies.items()} | {"django_language": language}
        self.page.context.clear_cookies()
        self.page.context.add_cookies([{"name": n, "value": v, "url": self.home} for n, v in cookies.items()])

    def download(self, link: str) -> bytes:
        """What comes when the link of this name is followed."""
        with self.page.expect_download() as coming:
            self.page.get_by_role("link", name=link).first.click()
        return Path(coming.value.path()).read_bytes()

    def fetch(self, link: str) -> bytes:
        """What the link of this name leads to, where the browser would show it rather than keep it."""
        address = self.page.get_by_role("link", name=link).first.get_attribute("href")
        answer = self.page.request.get(f"{self.home}{address}")
        assert answer.ok, (address, answer.status)
        return answer.body()

    def press_until(self, wanted: str, most: int = 60) -> None:
        """Tab until what has the focus is called, or has the key, ``wanted``."""
        self.page.wait_for_load_state()
        for _press in range(most):
            self.page.keyboard.press("Tab")
            found = self.page.evaluate(
                "(e => [e.id, e.getAttribute('aria-label'), e.innerText.trim()])(document.activeElement)"
            )
            if wanted in found:
                return
        raise AssertionError(f"the keyboard never came to {wanted}")

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.home)


@pytest.fixture
def watched(chromium: Browser, live_server: Any, lasting: None) -> Iterator[Watched]:
    """A phone's window in English; at the end nothing was complained of and nobody else was called."""
    context = chromium.new_context(viewport=PHONE, locale="en-GB")
    context.set_default_timeout(15_000)
    seen = Watched(context, live_server.url)
    yield seen
    context.close()
    assert seen.complaints == []
    assert seen.outside == []
