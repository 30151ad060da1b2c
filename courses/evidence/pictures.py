"""Pictures are drawn anew: what is no point of the picture (place, camera, thumbnail, an archive behind) is gone."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from cle.core.errors import FileRefused
from courses.evidence.kinds import Kind

MOST_PIXELS: Final = 30_000_000
"""Three bytes each, and two copies while it is drawn: some 200 MB for a moment."""

_UNREADABLE: Final = (
    OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError, MemoryError,
)  # fmt: skip
_TOO_MANY: Final = _("The picture has more than 30 million points.")
_SAVING: Final[dict[Kind, dict[str, Any]]] = {
    Kind.JPEG: {"quality": 90}, Kind.PNG: {"optimize": False}, Kind.WEBP: {"quality": 90},
}  # fmt: skip


def redraw(content: bytes, kind: Kind) -> bytes:
    """The same picture, upright, without anything else. Raises FileRefused."""
    try:
        with Image.open(BytesIO(content), formats=[kind.value.upper()]) as image:
            _check(image, kind)
            return _drawn(image, kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileRefused("evidence-too-many-pixels", _TOO_MANY) from error
    except _UNREADABLE as error:
        raise FileRefused("evidence-unreadable", _("The picture cannot be read.")) from error


def _check(image: Image.Image, kind: Kind) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise FileRefused("evidence-too-many-pixels", _TOO_MANY)
    # A photograph may hold a second one in a JPEG, which is left out; what moves is no document.
    if kind is not Kind.JPEG and getattr(image, "n_frames", 1) > 1:
        raise FileRefused("evidence-moving", _("Moving pictures are not taken."))


def _drawn(image: Image.Image, kind: Kind) -> bytes:
    upright = ImageOps.exif_transpose(image)
    clear = kind is not Kind.JPEG and upright.has_transparency_data
    picture = upright.convert("RGBA" if clear else "L" if upright.mode in ("1", "L") else "RGB")
    picture.info = {}  # comments and profiles would be written again
    drawn = BytesIO()
    picture.save(drawn, kind.value.upper(), **_SAVING[kind])
    return drawn.getvalue()
