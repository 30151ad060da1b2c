"""The message catalogues without gettext installed: found in the sources, kept in .po, compiled to .mo, by Babel."""

from __future__ import annotations

import ast
import datetime as dt
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.utils.translation.template import templatize

APPS = ("cle", "advocates", "courses", "compliance")
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
LANGUAGES = ("kk", "ru")
_NO_DATE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # a date of gathering would change the file each time

_LITERAL = re.compile(r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""", re.DOTALL)
_CALL = re.compile(
    rf"\b(?P<name>n?p?gettext|_)\((?P<arguments>\s*(?:{_LITERAL.pattern})(?:\s*,\s*(?:{_LITERAL.pattern}))*)", re.DOTALL
)

Message = tuple[str | None, str | tuple[str, ...]]


def messages(root: Path) -> Iterator[Message]:
    """(context, message or its plural pair) of each string that a person may see, in all sources under ``root``."""
    for app in APPS:
        for path in sorted((root / app).rglob("*.py")):
            yield from _of_python(path.read_bytes())
        for suffix in ("*.html", "*.txt"):
            for path in sorted((root / app).rglob(f"templates/**/{suffix}")):
                yield from _of_template(templatize(path.read_text(encoding="utf-8"), origin=str(path)))


def _of_python(source: bytes) -> Iterator[Message]:
    for _line, message, _comments, context in extract("python", io.BytesIO(source), KEYWORDS):
        if message and (isinstance(message, str) or message[0]):
            yield context, message


def _of_template(calls: str) -> Iterator[Message]:
    """Django turns a template into lines of gettext calls between filler; only the calls are of use."""
    for call in _CALL.finditer(calls):
        strings = [ast.literal_eval(text) for text in _LITERAL.findall(call["arguments"])]
        context = strings.pop(0) if "p" in call["name"].split("gettext")[0] else None
        if strings and strings[0]:
            yield context, tuple(strings[:2]) if call["name"].startswith("n") else strings[0]


class AnyBabelCatalog(Catalog):
    """Does not say which version of Babel wrote it: else each new one would change every file."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [(name, "Babel\n" if name == "Generated-By" else said) for name, said in super().mime_headers]

    @mime_headers.setter
    def mime_headers(self, headers: Any) -> None:
        self._set_mime_headers(headers)


def read(path: Path, language: str) -> Catalog:
    catalog = AnyBabelCatalog(locale=language)
    with path.open("rb") as file:
        pofile.PoFileParser(catalog).parse(file)
    return catalog


def merge(catalog: Catalog, found: set[Message], language: str) -> Catalog:
    """A catalogue of exactly the messages ``found``, with the translations that ``catalog`` has."""
    fresh = AnyBabelCatalog(
        locale=language, project="cle-tracker", version="1", charset="utf-8", fuzzy=False,
        header_comment="# Gathered from the sources by manage.py catalogues; translate here.",
        msgid_bugs_address="", last_translator="", language_team=language,
        revision_date=_NO_DATE, creation_date=_NO_DATE,
    )  # fmt: skip
    for context, message in sorted(found, key=lambda item: (str(item[1]).lower(), str(item[1]), item[0] or "")):
        known = catalog.get(message if isinstance(message, str) else message[0], context)
        fresh.add(message, _fitting(known.string if known else None, fresh), context=context)
    return fresh


def _fitting(string: str | list[str] | tuple[str, ...] | None, catalog: Catalog) -> str | tuple[str, ...] | None:
    """Catalogues of other tools keep a fourth Russian plural for fractions; ours are never asked for it."""
    return tuple(string[: catalog.num_plurals]) if isinstance(string, list | tuple) else string


def write(catalog: Catalog, path: Path) -> None:
    """The .po as text for people, and the .mo beside it, which is what Django reads."""
    with path.open("wb") as file:
        pofile.write_po(file, catalog, width=110, omit_header=False, sort_output=False)
    with path.with_suffix(".mo").open("wb") as file:
        mofile.write_mo(file, catalog)
