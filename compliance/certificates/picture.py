"""A certificate as a picture, to be looked at before anything is printed."""

from __future__ import annotations

import io
from typing import Final

import pypdfium2

from compliance.certificates.pictured import NO_PICTURES, Pictures
from compliance.certificates.render import render
from compliance.certificates.snapshot import Snapshot

_WHOLE: Final = 150 / 72  # pixels for each point at 150 dots an inch


def picture_of(snapshot: Snapshot, pictures: Pictures = NO_PICTURES, *, percent: int = 100) -> bytes:
    """The page as a PNG; ``percent`` of 150 dots an inch. Raises ValueError where the certificate cannot be printed."""
    document = pypdfium2.PdfDocument(render(snapshot, pictures))
    try:
        image = document[0].render(scale=_WHOLE * percent / 100).to_pil()
    finally:
        document.close()
    file = io.BytesIO()
    image.quantize(colors=64).save(file, "PNG", optimize=True)
    return file.getvalue()
