"""The message catalogues without gettext installed: found in the sources, merged into .po, compiled to .mo, by Babel."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.utils.translation.template import templatize

APPS = ("cle", "advocates", "courses", "compliance")
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
PLURALS = {
    "kk": (2, "(n != 1)"),
    "ru": (3, "(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2)"),
}

Message = tuple[str | None, str | tuple[str, ...]]


def messages(root: Path) -> Iterator[Message]:
    """(context, message or its plural pair) of each string that a person may see, in all sources under ``root``."""
    for app in APPS:
        for path in sorted((root / app).rglob("*.py")):
            yield from _of_python(path.read_bytes())
        for suffix in ("*.html", "*.txt"):
            for path in sorted((root / app).rglob(f"templates/**/{suffix}")):
                text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
                yield from _of_python(text.encode())


def _of_python(source: bytes) -> Iterator[Message]:
    for _line, message, _comments, context in extract("python", io.BytesIO(source), KEYWORDS):
        if message and (isinstance(message, str) or message[0]):
            yield context, message


def read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return pofile.read_po(file, locale=language)


def merge(catalog: Catalog, found: set[Message], language: str) -> Catalog:
    """A catalogue of exactly the messages ``found``, with the translations that ``catalog`` has."""
    fresh = Catalog(
        locale=language, project="cle-tracker", charset="utf-8", fuzzy=False,
        revision_date=catalog.revision_date, creation_date=catalog.creation_date,
    )  # fmt: skip
    for context, message in sorted(found, key=lambda item: (str(item[1]).lower(), str(item[1]), item[0] or "")):
        known = catalog.get(message if isinstance(message, str) else message[0], context)
        fresh.add(message, known.string if known else None, context=context)
    return fresh


def write(catalog: Catalog, path: Path) -> None:
    """The .po as text for people, and the .mo beside it, which is what Django reads."""
    with path.open("wb") as file:
        pofile.write_po(file, catalog, width=110, omit_header=False, sort_output=False)
    with path.with_suffix(".mo").open("wb") as file:
        mofile.write_mo(file, catalog)
