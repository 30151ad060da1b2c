"""What is taken as evidence, what of it is kept, and everything that is refused."""

from __future__ import annotations

import io
import zlib

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cle.core.errors import FileRefused
from courses.evidence import LARGEST, Kind, check, shown_name
from courses.evidence.pictures import MOST_PIXELS
from tests.courses.files import archive, document, from_a_telephone, locked, picture, with_attachment

SCRIPT = pikepdf.Dictionary(S=pikepdf.Name("/JavaScript"), JS="app.alert(1)")
WEB = b"<html><script>alert(1)</script></html>"
MOVING = {"save_all": True, "append_images": [Image.new("RGB", (40, 30), "black")]}


def bomb() -> bytes:
    """Many pictures' worth of points in a few bytes: the size stands in the heading, and the rest is not read."""
    honest = picture("PNG", (10, 10))
    size = (60_000).to_bytes(4, "big")
    heading = b"IHDR" + size + size + honest[24:29]
    return honest[:12] + heading + zlib.crc32(heading).to_bytes(4, "big") + honest[33:]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (document(), Kind.PDF),
        (picture("JPEG"), Kind.JPEG),
        (picture("PNG"), Kind.PNG),
        (picture("PNG", mode="RGBA"), Kind.PNG),
        (picture("PNG", mode="P"), Kind.PNG),
        (picture("JPEG", mode="CMYK"), Kind.JPEG),
        (picture("WEBP"), Kind.WEBP),
    ],
)
def test_documents_and_pictures_are_taken(content: bytes, kind: Kind) -> None:
    checked = check(content)
    assert checked.kind is kind
    assert check(checked.content).kind is kind


def test_a_document_is_kept_as_it_came() -> None:
    content = document()
    assert check(content).content == content


def test_of_a_photograph_nothing_but_the_picture_is_kept_and_it_stands_upright() -> None:
    content = from_a_telephone()
    assert b"MAKER-OF-CAMERAS" in content
    kept = check(content).content
    assert not any(hint in kept for hint in (b"MAKER-OF-CAMERAS", b"NOTE-FOR-MYSELF", b"Exif"))
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.size, dict(image.getexif())) == ((30, 40), {})


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_hides_behind_a_picture_is_gone(kind: str) -> None:
    kept = check(picture(kind) + archive() + WEB).content
    assert b"PK\x03\x04" not in kept
    assert b"<script" not in kept


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "evidence-empty", id="nothing"),
        pytest.param(b"MZ\x90\x00" + b"\0" * 100, "evidence-kind", id="a program for Windows"),
        pytest.param(b"\x7fELF" + b"\0" * 100, "evidence-kind", id="a program for Linux"),
        pytest.param(b"#!/bin/sh\n", "evidence-kind", id="a script"),
        pytest.param(archive(), "evidence-kind", id="an archive"),
        pytest.param(WEB, "evidence-kind", id="a page of the web"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "evidence-kind", id="a drawing"),
        pytest.param(b"\0\0\0\x18ftypheic" + b"\0" * 50, "evidence-kind", id="a HEIC picture"),
        pytest.param(picture("GIF"), "evidence-kind", id="a GIF"),
        pytest.param(b"\n" + document(), "evidence-kind", id="something before the document"),
        pytest.param(document() + archive(), "evidence-not-alone", id="a document that is an archive too"),
        pytest.param(document() + WEB, "evidence-not-alone", id="a page behind the document"),
        pytest.param(b"%PDF-1.7\n" + WEB + document()[9:], "evidence-not-alone", id="a page within the document"),
        pytest.param(document()[:200] + b"%%EOF", "evidence-unreadable", id="half a document"),
        pytest.param(b"%PDF-1.7\n%%EOF", "evidence-unreadable", id="no document at all"),
        pytest.param(locked(), "evidence-locked", id="a document with a password"),
        pytest.param(document(OpenAction=SCRIPT), "evidence-active", id="a document with a script"),
        pytest.param(
            document(AA=pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name("/Launch")))),
            "evidence-active",
            id="a document that starts programs",
        ),
        pytest.param(with_attachment(), "evidence-active", id="a document with a file in it"),
        pytest.param(picture()[:100], "evidence-unreadable", id="half a photograph"),
        pytest.param(b"\xff\xd8\xff\xe0" + archive(), "evidence-unreadable", id="an archive in a photograph's coat"),
        pytest.param(bomb(), "evidence-too-many-pixels", id="more points than a screen could ever show"),
        pytest.param(picture("WEBP", **MOVING), "evidence-moving", id="a film"),
        pytest.param(picture("PNG", **MOVING), "evidence-moving", id="a film in a PNG"),
        pytest.param(b"%PDF-1.7" + b"\0" * LARGEST, "evidence-too-large", id="too large"),
    ],
)
def test_everything_else_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        check(content)
    assert refused.value.code == code


def test_the_limit_of_points_is_exact() -> None:
    width = 5000
    assert check(picture("PNG", (width, MOST_PIXELS // width), mode="L")).kind is Kind.PNG
    with pytest.raises(FileRefused, match="30 million"):
        check(picture("PNG", (width, MOST_PIXELS // width + 1), mode="L"))


@given(
    st.binary(max_size=300), st.sampled_from([document(), picture(), picture("PNG"), picture("WEBP")]), st.integers(0)
)
def test_damage_is_refused_or_survived_and_never_an_error(noise: bytes, whole: bytes, at: int) -> None:
    at %= len(whole)
    try:
        checked = check(whole[:at] + noise + whole[at + len(noise) :])
    except FileRefused:
        return
    assert checked.kind in Kind


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("Сертификат Әлия.pdf", "Сертификат Әлия.pdf"),
        ("C:\\scans\\..\\paper.PDF", "paper.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("photo.jpg.exe", "photo.jpg.pdf"),
        ("evil\u202egpj.exe", "evilgpj.pdf"),
        ("line\r\nSet-Cookie: x.pdf", "lineSet-Cookie x.pdf"),
        ("", "file.pdf"),
        (".pdf", "file.pdf"),
        ("a" * 300 + ".pdf", "a" * 120 + ".pdf"),
    ],
)
def test_names_are_shown_without_their_tricks(given_name: str, shown: str) -> None:
    assert shown_name(given_name, Kind.PDF) == shown
