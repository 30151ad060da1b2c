"""A real browser: Chromium as the system has it, driven by Playwright. Nothing is downloaded.

Without one these tests are skipped, and say so; where ``CLE_BROWSER_TESTS`` is ``required`` they fail.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# Playwright runs an event loop in this thread; the rows that tests make here are made outside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="session")
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

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.home)


@pytest.fixture
def watched(chromium: Browser, live_server: Any) -> Iterator[Watched]:
    """A phone's window in English; at the end nothing was complained of and nobody else was called."""
    context = chromium.new_context(viewport=PHONE, locale="en-GB")
    context.set_default_timeout(15_000)
    seen = Watched(context, live_server.url)
    yield seen
    context.close()
    assert seen.complaints == []
    assert seen.outside == []
