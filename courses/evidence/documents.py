"""PDF documents: kept as they came, because they may be signed; refused when they do anything but show pages."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

import pikepdf
import pikepdf.settings
from django.utils.translation import gettext_lazy as _

from cle.core.errors import FileRefused

MOST_PAGES: Final = 200
_MEMORY: Final = 64 * 1024 * 1024
"""Bytes that one part of a document may take once unpacked. Without it 2 MB became 2 GB, and 18 seconds."""

# Of the whole process, and before anything is read: qpdf keeps no limit per document.
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=_MEMORY, run_length_max_memory=_MEMORY, png_max_memory=_MEMORY, tiff_max_memory=_MEMORY
)
_ACTIVE: Final = ("/JS", "/JavaScript", "/EF", "/EmbeddedFiles", "/RichMediaContent", "/XFA")
"""Keys of scripts, of files within the file, of films and of forms that are programs."""
_ACTIONS: Final = ("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/RichMediaExecute")
_PAGES_OF_THE_WEB: Final = (b"<html", b"<script", b"<svg", b"<!doctype")


def check_pdf(content: bytes) -> None:
    """Raises FileRefused for what cannot be read as it stands, asks for a password, is something else too, or acts."""
    _check_alone(content)
    try:
        with pikepdf.open(BytesIO(content), attempt_recovery=False, suppress_warnings=True) as pdf:
            pages = len(pdf.pages)
            acts = any(_acts(thing) for thing in _dictionaries(pdf))
    except pikepdf.PasswordError as error:
        raise FileRefused("evidence-locked", _("The document asks for a password.")) from error
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError) as error:
        raise FileRefused("evidence-unreadable", _("The document cannot be read. Save it as a PDF anew.")) from error
    if not 1 <= pages <= MOST_PAGES:
        raise FileRefused("evidence-pages", _("A document may have 1 to 200 pages."))
    if acts:
        raise FileRefused("evidence-active", _("The document holds scripts or other files. Print it as a PDF anew."))


def _check_alone(content: bytes) -> None:
    """Nothing but a PDF: it ends where a PDF ends, and is neither an archive nor a page of the web besides."""
    beginning = content[:1024].lower()
    other = zipfile.is_zipfile(BytesIO(content)) or any(mark in beginning for mark in _PAGES_OF_THE_WEB)
    if other or not content.rstrip(b"\0\t\n\f\r ").endswith(b"%%EOF"):
        raise FileRefused("evidence-not-alone", _("The file is not a PDF document alone."))


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary of the document, those within others too."""
    waiting: list[Any] = [pdf.trailer, *pdf.objects]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, pikepdf.Stream):
            yield thing.stream_dict
            waiting.extend(_direct(thing.stream_dict.values()))
        elif isinstance(thing, pikepdf.Dictionary):
            yield thing
            waiting.extend(_direct(thing.values()))
        elif isinstance(thing, pikepdf.Array):
            waiting.extend(_direct(thing))


def _direct(things: Any) -> list[Any]:
    """Those that stand here themselves: what is only pointed to has its own turn."""
    return [thing for thing in things if isinstance(thing, pikepdf.Object) and not thing.is_indirect]


def _acts(thing: Any) -> bool:
    return any(key in thing for key in _ACTIVE) or str(thing.get("/S", "")) in _ACTIONS
