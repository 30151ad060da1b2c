"""What axe-core finds wrong with a page as it is shown, by the rules of WCAG 2.2 AA.

Only what is wrong is handed over: the list of all that is right is most of the time that a run takes.
"""

from __future__ import annotations

import json
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CONTRAST = ["color-contrast"]


def bring(page: Page) -> None:
    """Let each page that is opened from now on have axe at once, which is quicker than to send it there again."""
    page.add_init_script(AXE_SCRIPT)


def faults(page: Page, rules: list[str] = WCAG) -> list[tuple[str, str]]:
    """Names of the broken rules, each with the first piece of the page that breaks it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = json.dumps({"runOnly": rules, "resultTypes": ["violations"], "iframes": False})
    found: Any = page.evaluate(f"axe.run({options}).then(all => all.violations)")
    return [(fault["id"], fault["nodes"][0]["html"]) for fault in found]
