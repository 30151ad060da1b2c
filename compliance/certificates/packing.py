"""Writing a reportlab document with its small objects packed together (ISO 32000-1, 7.5.7), half of what they take."""

from __future__ import annotations

from typing import Any, Final
from zlib import compress

from reportlab.pdfbase import pdfdoc

_HEAD: Final = b"%PDF-1.7\n%\x93\x8c\x8b\x9e\n"
_BEST: Final = 9


def packed(canvas: Any) -> bytes:
    """The file of a canvas whose last page has been shown. Nothing can be drawn on it afterwards.

    Streams stand by themselves, among them the metadata, which anybody can read.
    """
    document = canvas._doc
    _complete(document, canvas)
    out, small, places = bytearray(_HEAD), [], {}
    number = 1
    while number in document.numberToId:  # formatting may add further objects
        held = document.idToObject[document.numberToId[number]]
        body: bytes = pdfdoc.format(held, document, toplevel=1)
        if body.rstrip().endswith(b"endstream"):
            places[number] = (1, len(out), 0)
            out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
        else:
            small.append((number, body))
        number += 1
    places.update({inside: (2, number, place) for place, (inside, _body) in enumerate(small)})
    places[number] = (1, len(out), 0)
    out += b"%d 0 obj\n%b\nendobj\n" % (number, _together(small))
    places[number + 1] = (1, len(out), 0)
    start = len(out)
    out += b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (number + 1, _table(document, places), start)
    return bytes(out)


def _complete(document: Any, canvas: Any) -> None:
    """What reportlab does to a document before it writes it."""
    document.info.invariant = document.invariant
    document.info.digest(document.signature)
    document.Reference(document.Catalog)
    document.Reference(document.info)
    document.Outlines.prepare(document, canvas)
    if document.Outlines.ready < 0:
        document.Catalog.Outlines = None


def _together(small: list[tuple[int, bytes]]) -> bytes:
    offsets, bodies = [], bytearray()
    for number, body in small:
        offsets.append(b"%d %d" % (number, len(bodies)))
        bodies += body + b"\n"
    head = b" ".join(offsets) + b"\n"
    content = compress(head + bytes(bodies), _BEST)
    return b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (
        len(small), len(head), len(content), content,
    )  # fmt: skip


def _table(document: Any, places: dict[int, tuple[int, int, int]]) -> bytes:
    """Where each object is: by itself at an offset, or in the pack of that number at that place."""
    rows = [(0, 0, 65535), *(places[number] for number in sorted(places))]
    content = compress(
        b"".join(kind.to_bytes(1) + at.to_bytes(4) + which.to_bytes(2) for kind, at, which in rows), _BEST
    )
    root, info = (document.Reference(each).format(document) for each in (document.Catalog, document.info))
    name = b"<%b>" % document.signature.hexdigest().encode()
    head = b"/Size %d/W[1 4 2]/Root %b/Info %b/ID[%b%b]" % (len(rows), root, info, name, name)
    return b"<</Type/XRef%b/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (head, len(content), content)
