"""The emblem and the seal on a certificate: named by fingerprint in its snapshot, drawn where the page has a box."""

from __future__ import annotations

import hashlib
import io
import zlib
from functools import lru_cache
from typing import Any, Final, NamedTuple

from PIL import Image

from compliance.certificates.layout import Box
from compliance.certificates.snapshot import Snapshot


class Pictures(NamedTuple):
    """The files of the emblem and the seal, PNG or JPEG; b"" where there is none."""

    crest: bytes = b""
    seal: bytes = b""


NO_PICTURES: Final = Pictures()


class _Ready(NamedTuple):
    """A picture as a document holds it: its dictionary without the transparency, and the points of both."""

    width: int
    height: int
    head: str
    points: bytes
    clear: bytes


def refuse_others(snapshot: Snapshot, pictures: Pictures) -> None:
    """Raises ValueError for pictures that are not those the snapshot names."""
    for name, content in pictures._asdict().items():
        if getattr(snapshot, f"{name}_sha256") != (_fingerprint(content) if content else ""):
            raise ValueError(f"{name}: not the picture that the certificate names")


def place(canvas: Any, box: Box, pictures: Pictures) -> str:
    """Put the picture of that name into the document; returns the operators that draw it in its box."""
    ready = _ready(getattr(pictures, box.name))
    _enter(canvas, box.name, ready)
    scale = min(box.width / ready.width, box.height / ready.height)
    width, height = ready.width * scale, ready.height * scale
    left, bottom = box.left + (box.width - width) / 2, box.bottom + (box.height - height) / 2
    return f"q {width:.2f} 0 0 {height:.2f} {left:.2f} {bottom:.2f} cm /FormXob.{box.name} Do Q"


def _enter(canvas: Any, name: str, ready: _Ready) -> None:
    document, head = canvas._doc, ready.head
    if ready.clear:
        mask = _stream(f"{_size(ready)} /ColorSpace /DeviceGray /Filter /FlateDecode", ready.clear)
        number = document.Reference(mask, f"{name}-clear").format(document).decode()
        head += f" /SMask {number}"
    document.Reference(_stream(head, ready.points), f"FormXob.{name}")
    canvas._formsinuse.append(name)


def _stream(head: str, content: bytes) -> bytes:
    opening = f"<< /Type /XObject /Subtype /Image {head} /Length {len(content)} >>\nstream\n"
    return opening.encode() + content + b"\nendstream"


def _size(ready: _Ready) -> str:
    return f"/Width {ready.width} /Height {ready.height} /BitsPerComponent 8"


@lru_cache(maxsize=32)  # a batch shares both of its own; packing one takes some 20 ms
def _ready(content: bytes) -> _Ready:
    with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as image:
        grey = image.mode == "L"
        colours = "/ColorSpace /DeviceGray" if grey else "/ColorSpace /DeviceRGB"
        if image.format == "JPEG":  # what it says already is what a document may hold
            points, clear, packing = content, b"", "/DCTDecode"
        else:
            points, packing = zlib.compress(image.convert("L" if grey else "RGB").tobytes(), 9), "/FlateDecode"
            clear = zlib.compress(image.getchannel("A").tobytes(), 9) if image.mode == "RGBA" else b""
        plain = _Ready(image.width, image.height, "", points, clear)
        return plain._replace(head=f"{_size(plain)} {colours} /Filter {packing}")


@lru_cache(maxsize=32)
def _fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
