"""One file, from what somebody sent to what may be kept."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from cle.core.errors import FileRefused
from courses.evidence.documents import check_pdf
from courses.evidence.kinds import Kind, kind_of
from courses.evidence.pictures import redraw

LARGEST: Final = 10 * 1024 * 1024
"""Bytes: a scan of some twenty pages, or a photograph."""


class Checked(NamedTuple):
    kind: Kind
    content: bytes
    """What is to be kept. A PDF as it came, for it may be signed; a picture drawn anew."""


def check(content: bytes) -> Checked:
    """Raises FileRefused for everything but a PDF, JPEG, PNG or WebP that is no more than it seems to be."""
    if not content:
        raise FileRefused("evidence-empty", _("The file is empty."))
    if len(content) > LARGEST:
        raise FileRefused("evidence-too-large", _("The file is larger than 10 MB."))
    kind = kind_of(content)
    if kind is None:
        raise FileRefused("evidence-kind", _("Only PDF, JPEG, PNG and WebP files are taken, whatever their name says."))
    if kind is Kind.PDF:
        check_pdf(content)
        return Checked(kind, content)
    return Checked(kind, redraw(content, kind))
