"""A workbook's zip, examined and unpacked in memory before any reader sees it."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from django.utils.translation import gettext_lazy as _

from cle.core.errors import FileRefused
from cle.core.tables.model import Limits

_MOST_PARTS = 2_000
_RATIO_FROM = 5_000_000  # bytes; a small part may shrink well and harm nobody
_UNREAD = re.compile(
    r"xl/(?:media|drawings|charts|embeddings|externalLinks|pivot\w*|ctrlProps|activeX|printerSettings|theme)/", re.I
)
_READ = re.compile(r"(?:\[Content_Types\]\.xml|mimetype|.+\.(?:xml|rels))", re.I)

BROKEN = _("The file is damaged and cannot be opened. Open it in a spreadsheet program and save it again.")
_BOMB = _("The file unpacks to far more than a table needs and was not opened.")
PASSWORD = _("The file is protected by a password. Save it without one and upload it again.")
NOT_A_WORKBOOK = _(
    "This file is not a workbook that can be read. Open it in a spreadsheet program and save it as .xlsx."
)
_UNSAFE = _("The file is built in a way that workbooks never are and was not opened. Save it as a new .xlsx.")


def unpack(content: bytes, limits: Limits) -> dict[str, bytes]:
    """The XML parts of a workbook by name; media, macros and embedded objects are left behind.

    Raises ``FileRefused`` for anything but an unencrypted .xlsx or .ods of bearable size.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _examine(members, limits)
            parts = {_name(member): archive.read(member) for member in members if _is_read(_name(member))}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, ValueError) as error:
        raise FileRefused("broken-file", BROKEN) from error
    _refuse_active_xml(parts)
    return parts


def repack(parts: dict[str, bytes]) -> io.BytesIO:
    """A plain zip of what was examined, so that the reader sees these bytes and no other reading of the file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    packed.seek(0)
    return packed


def _name(member: zipfile.ZipInfo) -> str:
    return member.filename.replace("\\", "/")


def _is_read(name: str) -> bool:
    return bool(_READ.fullmatch(name)) and not _UNREAD.match(name)


def _examine(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    names = [_name(member) for member in members]
    if any(member.flag_bits & 1 for member in members):
        raise FileRefused("password", PASSWORD)
    _refuse_other(set(names))
    if len(names) > _MOST_PARTS or len(set(names)) < len(names):
        raise FileRefused("unsafe-archive", _UNSAFE)
    if any(name.startswith("/") or ":" in name or ".." in name.split("/") for name in names):
        raise FileRefused("unsafe-archive", _UNSAFE)
    if sum(member.file_size for member in members) > limits.unpacked_bytes:
        raise FileRefused("zip-bomb", _BOMB)
    for member in members:
        if member.file_size > max(_RATIO_FROM, limits.unpack_ratio * member.compress_size):
            raise FileRefused("zip-bomb", _BOMB)


def _refuse_other(names: set[str]) -> None:
    if "xl/workbook.xml" in {name.lower() for name in names} or "content.xml" in names:
        return
    if any(name.endswith("workbook.bin") for name in names):
        raise FileRefused("xlsb", _("This is a binary workbook (.xlsb). Open it in Excel and save it as .xlsx."))
    if any(name.startswith("Index/") or name.endswith(".iwa") for name in names):
        raise FileRefused("numbers", _("This is a Numbers document. Export it from Numbers as .xlsx and upload that."))
    if any(name.startswith("word/") for name in names):
        raise FileRefused(
            "document", _("This is a text document, not a table. Copy its table to a spreadsheet and save it as .xlsx.")
        )
    raise FileRefused("not-a-workbook", NOT_A_WORKBOOK)


def _refuse_active_xml(parts: dict[str, bytes]) -> None:
    """No workbook declares a document type or entities, and none is written in another encoding than UTF-8."""
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise FileRefused("password", PASSWORD)
    for name, data in parts.items():
        if name != "mimetype" and (b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\x00" in data[:64]):
            raise FileRefused("unsafe-xml", _UNSAFE)
