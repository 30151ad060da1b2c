"""What lets a PDF be read in a hundred years (PDF/A-2b, ISO 19005-2): what it is, in XMP, and what its colours mean.

``srgb.icc`` is the sRGB profile that LittleCMS (MIT licence) makes, without the day on which it was made.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr
from zlib import compress

from reportlab.pdfbase.pdfdoc import PDFArray

_PROFILE: Final = "srgb.icc"
_XMP: Final = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description \
rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="2" pdfaid:conformance="B" \
xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool={creator} xmp:CreateDate="{day}" xmp:ModifyDate="{day}" \
xmlns:pdf="http://ns.adobe.com/pdf/1.3/" pdf:Producer={producer} xmlns:dc="http://purl.org/dc/elements/1.1/">\
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>\
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>\
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>\
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


def declare(document: Any) -> None:
    """Put into a reportlab document what PDF/A-2b asks of it, from the properties and the time that it has by now.

    The faces must be embedded and the pages must not ask for anything from outside; that is for whoever draws them.
    """
    document.Reference(_stream("/Type /Metadata /Subtype /XML", _metadata(document)), "Metadata")
    document.Reference(_stream("/N 3 /Filter /FlateDecode", _profile()), "Profile")
    profile = number_of(document, "Profile")
    intent = f"<</S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB)/DestOutputProfile {profile}>>"
    catalog = document.Catalog
    catalog.Metadata = number_of(document, "Metadata")
    catalog.OutputIntents = PDFArray([intent])
    allow(catalog, "OutputIntents")
    catalog.__Refs__ = []  # what is said above is said by number


def allow(holder: Any, *keys: str) -> None:
    """Let a page or the catalogue be written with keys that reportlab does not know."""
    holder.__NoDefault__ = [*holder.__NoDefault__, *keys]


def number_of(document: Any, name: str) -> str:
    """An object as others refer to it: "12 0 R"."""
    number, generation = document.idToObjectNumberAndVersion[name]
    return f"{number} {generation} R"


def _metadata(document: Any) -> bytes:
    info = document.info
    year, month, day, hour, minute, second = document._timeStamp.YMDhms
    zone = f"{document._timeStamp.dhh:+03d}:{abs(document._timeStamp.dmm):02d}"
    said = {name: escape(_in_one_line(getattr(info, name))) for name in ("title", "author", "subject")}
    return _XMP.format(
        **said,
        creator=quoteattr(_in_one_line(info.creator)),
        producer=quoteattr(info.producer),
        day=f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}",
    ).encode()


def _in_one_line(text: str) -> str:
    """White space may be of a kind that XML has no way to write."""
    return " ".join(text.split())


@cache
def _profile() -> bytes:
    return compress(Path(__file__).with_name(_PROFILE).read_bytes(), 9)


def _stream(head: str, content: bytes) -> bytes:
    return f"<< {head} /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"
