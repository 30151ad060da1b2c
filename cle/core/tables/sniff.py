"""What a file is, by its first bytes; its name is only ever a hint."""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cle.core.errors import FileRefused

ZIP, OLE, TEXT = "zip", "ole", "text"

_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BLANK = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n\x0b\x0c"

_PICTURE = _("This is a picture, not a table. Enter its rows in a spreadsheet and save it as .xlsx.")
_ARCHIVE = _("This is a packed archive. Unpack it and upload the table inside.")
_RESAVE = _(
    "This file is called a spreadsheet but is not one inside. Open it in a spreadsheet program and save it as .xlsx."
)
_PDF = _("This is a PDF. Ask for the table itself, as .xlsx or .csv.")
_DOCUMENT = _("This is a text document, not a table. Copy its table to a spreadsheet and save it as .xlsx.")

_REFUSED: tuple[tuple[bytes, str, Promise], ...] = (
    (b"%PDF", "pdf", _PDF),
    (b"\x89PNG", "picture", _PICTURE),
    (b"\xff\xd8\xff", "picture", _PICTURE),
    (b"GIF8", "picture", _PICTURE),
    (b"BM", "picture", _PICTURE),
    (b"II*\x00", "picture", _PICTURE),
    (b"MM\x00*", "picture", _PICTURE),
    (b"RIFF", "picture", _PICTURE),
    (b"{\\rtf", "document", _DOCUMENT),
    (b"\x1f\x8b", "archive", _ARCHIVE),
    (b"Rar!", "archive", _ARCHIVE),
    (b"7z\xbc\xaf", "archive", _ARCHIVE),
    # Workbooks of Excel 2 to 4 lie bare, without the container of later .xls files.
    (b"\x09\x00\x04\x00", "old-spreadsheet", _RESAVE),
    (b"\x09\x02\x06\x00", "old-spreadsheet", _RESAVE),
    (b"\x09\x04\x06\x00", "old-spreadsheet", _RESAVE),
)
_MARKUP = re.compile(
    rb"(?:<\?xml[^>]*>\s*)?(?:<!--.{0,500}?-->\s*)?<(!doctype\s+html|html|head|body|table|meta|\?mso|[\w:]*workbook)\b",
    re.I | re.S,
)


def sniff(content: bytes) -> str:
    """``ZIP``, ``OLE`` or ``TEXT``; raises ``FileRefused`` for what is empty or surely no table."""
    if not content[:4096].strip(_BLANK) and not content.strip(_BLANK):
        raise FileRefused("empty-file", _("The file is empty."))
    if content.startswith(_ZIP_MAGIC):
        return ZIP
    if content.startswith(_OLE_MAGIC):
        return OLE
    for magic, code, message in _REFUSED:
        if content.startswith(magic) and (magic != b"BM" or b"\x00" in content[:32]):
            raise FileRefused(code, message)
    _refuse_markup(content)
    return TEXT


def _refuse_markup(content: bytes) -> None:
    """HTML tables and XML workbooks of 2003 are saved under .xls by many programs; Excel opens them, we do not."""
    start = content[:4096].replace(b"\x00", b"").lstrip(_BLANK)
    if start[:13].lower() == b"mime-version:":
        raise FileRefused("html", _RESAVE)
    if found := _MARKUP.match(start):
        raise FileRefused("xml-2003" if found[1].lower().endswith(b"workbook") else "html", _RESAVE)
