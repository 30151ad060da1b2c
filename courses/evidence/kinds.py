"""The kinds of files that are taken, known by the bytes that they begin with."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"

    @property
    def extension(self) -> str:
        return "jpg" if self is Kind.JPEG else self.value

    @property
    def content_type(self) -> str:
        return "application/pdf" if self is Kind.PDF else f"image/{self.value}"


def kind_of(content: bytes) -> Kind | None:
    """By the first bytes; None for everything that is not taken: programs, archives, pages, drawings, HEIC."""
    if content.startswith((b"%PDF-1.", b"%PDF-2.")):
        return Kind.PDF
    if content.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return Kind.WEBP
    return None
