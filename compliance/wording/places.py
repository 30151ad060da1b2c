"""Where in a document a fault is: "Requirements → 2 → What counts" rather than "requirements.1.counts"."""

from __future__ import annotations

from compliance.wording.labels import ALIASES, LABELS


def place(path: str) -> str:
    """The way to a place in words, lists counted from 1; "" for the document as a whole."""
    if path in ("", "document"):
        return ""
    return " → ".join(_step(step) for step in path.split("."))


def _step(step: str) -> str:
    if step.isdecimal():
        return str(int(step) + 1)
    return str(LABELS.get(ALIASES.get(step, step), step))
