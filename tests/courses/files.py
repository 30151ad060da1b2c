"""Files that prove something, and files that pretend to: made here, nothing real."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pikepdf
from PIL import Image


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), *, mode: str = "RGB", **saving: Any) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, "white").save(file, kind, **saving)
    return file.getvalue()


def from_a_telephone() -> bytes:
    """A photograph lying on its side, with the place where it was taken, the maker and a comment."""
    facts = Image.Exif()
    facts[0x0112], facts[0x010F] = 6, "MAKER-OF-CAMERAS"
    facts.get_ifd(0x8825).update({1: "N", 2: (43.0, 15.0, 0.0), 3: "E", 4: (76.0, 54.0, 0.0)})
    return picture(exif=facts, comment=b"NOTE-FOR-MYSELF")


def document(**root: Any) -> bytes:
    """One empty page."""
    pdf, file = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()
    for name, value in root.items():
        pdf.Root[f"/{name}"] = value
    pdf.save(file, deterministic_id=True)
    return file.getvalue()


def with_attachment() -> bytes:
    pdf, file = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()
    pdf.attachments["tool.exe"] = b"MZ"
    pdf.save(file)
    return file.getvalue()


def locked() -> bytes:
    pdf, file = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()
    pdf.save(file, encryption=pikepdf.Encryption(owner="owner", user="user"))
    return file.getvalue()


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("run.exe", b"MZ")
    return file.getvalue()
