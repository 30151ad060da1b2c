"""A bar's emblem and seal: taken in, taken off again, and found by what a certificate names."""

from __future__ import annotations

import datetime as dt
import hashlib
from io import BytesIO
from typing import Final, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image

from advocates.models import Bar, User
from cle.core.errors import DomainError, FileRefused
from compliance.certificates.pictured import Pictures
from compliance.certificates.snapshot import Snapshot
from compliance.models import BarPicture, PicturePart
from courses.evidence.kinds import Kind, kind_of
from courses.evidence.pictures import redraw

LARGEST: Final = 2 * 1024 * 1024
"""Bytes of the file that is sent."""
LEAST_SIDE: Final = 120
"""Points: printed 27 mm wide, fewer are seen one by one."""
_SIDES: Final = (640, 480, 360, 240)
"""The longest side as it is kept, tried in turn: 27 mm at 600 dots an inch, and what still weighs too much smaller."""
_WEIGHT: Final = 160_000
"""Bytes that one picture may add to each certificate. 6,000 certificates with two of them are 2 GB at the very most."""
_CLEAR: Final = {Kind.PNG: "PNG", Kind.JPEG: "JPEG"}


class Drawn(NamedTuple):
    content: bytes
    width: int
    height: int


@transaction.atomic
def put_picture(bar: Bar, part: PicturePart, content: bytes, *, by: User, now: dt.datetime) -> BarPicture:
    """Print this picture on what is issued from now on; what was issued keeps its own.

    The one in use again is no change. Raises FileRefused for what is no plain PNG or JPEG of a fitting size.
    """
    drawn = draw_picture(content)
    digest = hashlib.sha256(drawn.content).hexdigest()
    old = _in_use(bar, part)
    if old is not None and old.sha256 == digest:
        return old
    _end(old, by=by, now=now)
    return BarPicture.objects.create(
        bar=bar, part=part, content=drawn.content, sha256=digest, width=drawn.width, height=drawn.height,
        added_by=by, added_at=now,
    )  # fmt: skip


@transaction.atomic
def remove_picture(bar: Bar, part: PicturePart, *, by: User, now: dt.datetime) -> None:
    """Print none from now on; twice is once."""
    _end(_in_use(bar, part), by=by, now=now)


def draw_picture(content: bytes) -> Drawn:
    """The picture alone, told by its content, as small as print needs it. Raises FileRefused."""
    if len(content) > LARGEST:
        raise FileRefused("picture-too-large", _("The picture is larger than 2 MB."))
    kind = kind_of(content)
    if kind not in _CLEAR:
        raise FileRefused("picture-kind", _("Only PNG and JPEG pictures are taken, whatever their name says."))
    with Image.open(BytesIO(redraw(content, kind)), formats=[_CLEAR[kind]]) as image:
        if min(image.size) < LEAST_SIDE:
            raise FileRefused("picture-too-small", _("The picture is too small to print: 120 points a side at least."))
        if max(image.size) > 4 * min(image.size):
            raise FileRefused("picture-too-narrow", _("The picture is more than four times as long as it is wide."))
        return _smallest(image, kind)


def _smallest(image: Image.Image, kind: Kind) -> Drawn:
    for side in _SIDES:
        smaller = image.copy()
        smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
        file = BytesIO()
        smaller.save(file, _CLEAR[kind], **({"quality": 88} if kind is Kind.JPEG else {"optimize": True}))
        if len(file.getvalue()) <= _WEIGHT:
            return Drawn(file.getvalue(), smaller.width, smaller.height)
    raise FileRefused("picture-too-detailed", _("The picture has too much detail for print. Save it as a JPEG."))


def pictures_in_use(bar: Bar) -> dict[str, BarPicture]:
    """What is printed now, by part."""
    return {picture.part: picture for picture in BarPicture.objects.for_bar(bar).in_use()}


class Shelf:
    """The pictures that certificates name, each read once."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, str], bytes] = {}

    def of(self, bar: int, snapshot: Snapshot) -> Pictures:
        """Raises DomainError "certificate-altered" where one that is named is not on record."""
        return Pictures(self._one(bar, snapshot.crest_sha256), self._one(bar, snapshot.seal_sha256))

    def _one(self, bar: int, sha256: str) -> bytes:
        if sha256 and (bar, sha256) not in self._kept:
            found = BarPicture.objects.for_bar(bar).filter(sha256=sha256).first()
            if found is None:
                raise DomainError("certificate-altered", _("The certificate on record is not what was issued."))
            self._kept[bar, sha256] = bytes(found.content)
        return self._kept.get((bar, sha256), b"")


def _in_use(bar: Bar, part: PicturePart) -> BarPicture | None:
    """Held until this transaction ends, and the bar with it: two who upload at once take turns."""
    Bar.objects.select_for_update(of=("self",)).only("pk").get(pk=bar.pk)
    return BarPicture.objects.for_bar(bar).in_use().filter(part=part).first()


def _end(picture: BarPicture | None, *, by: User, now: dt.datetime) -> None:
    if picture is not None:
        picture.ended_at, picture.ended_by = now, by
        picture.save(update_fields=["ended_at", "ended_by"])
