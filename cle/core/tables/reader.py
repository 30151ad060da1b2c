"""From an uploaded file to a table."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cle.core.errors import FileRefused
from cle.core.tables.model import Limits, Table
from cle.core.tables.sniff import OLE, ZIP, sniff
from cle.core.tables.text import read_text
from cle.core.tables.wording import filled


def read_table(
    content: bytes,
    name: str,
    *,
    sheet: str = "",
    encoding: str = "",
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> Table:
    """The table in the file, whatever its name says; raises ``FileRefused``.

    ``sheet`` and ``encoding`` are a person's choice and empty at first. ``name`` is not trusted: the
    content decides. Nothing is evaluated, fetched or written to disk.
    """
    if len(content) > limits.file_bytes:
        message = filled(_("The file is larger than %(most)s megabytes."), most=limits.file_bytes // 1_000_000)
        raise FileRefused("file-too-large", message)
    kind = sniff(content)
    if kind not in (ZIP, OLE):
        return read_text(content, encoding=encoding, limits=limits)
    # The workbook reader is native code that most processes never need.
    from cle.core.tables.workbook import read_ole, read_zip

    return (read_zip if kind == ZIP else read_ole)(content, sheet=sheet, limits=limits)
