"""Papers about notices: the proof that one was served, signed, and the letters for the post."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from advocates.models import Bar
from compliance.certificates.words import Pair
from compliance.models import Notice
from compliance.queries.service_proof import proof_of
from compliance.reports.post import Posted, draw_letters
from compliance.reports.service.pages import draw
from compliance.services.signing import signed


def service_paper(notice: Notice, *, now: dt.datetime) -> bytes:
    """PDF, signed as the bar's other papers are."""
    return signed(draw(proof_of(notice, now)), notice.advocate.bar)


def letters_paper(bar: Bar, letters: Iterable[Notice]) -> bytes:
    """PDF of written letters, with their advocates and units, in the order given."""
    posted = [
        Posted(
            letter.pk, letter.advocate.full_name, letter.advocate.address,
            str(letter.advocate.unit) if letter.advocate.unit else "", letter.subject, letter.text,
        )
        for letter in letters
    ]  # fmt: skip
    return draw_letters(Pair(bar.name_kk, bar.name_ru), posted)
