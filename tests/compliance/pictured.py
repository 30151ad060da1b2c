"""Pictures as bars might send them, drawn here."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo


def emblem(side: int = 300, colour: str = "#12385a") -> bytes:
    """A ring on a clear ground, with a comment of whoever drew it."""
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.ellipse((side * 0.04, side * 0.04, side * 0.96, side * 0.96), outline=colour, width=max(2, side // 20))
    pen.polygon([(side / 2, side * 0.2), (side * 0.75, side * 0.7), (side * 0.25, side * 0.7)], fill=colour)
    told = PngInfo()
    told.add_text("Author", "somebody at home")
    return _saved(image, "PNG", pnginfo=told)


def photograph(width: int = 800, height: int = 600) -> bytes:
    """A JPEG with a place in its metadata."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    exif = Image.Exif()
    exif[0x010E] = "in the secretary's kitchen"
    return _saved(image, "JPEG", exif=exif)


def _saved(image: Image.Image, kind: str, **how: object) -> bytes:
    file = BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()
