"""A certificate about nobody, in the look of a bar: for whoever designs it."""

from __future__ import annotations

from typing import Any, Final

from advocates.models import Bar
from compliance.certificates.snapshot import VERSION, Snapshot
from compliance.services.snapshots import letterhead

_NOBODY: Final = {
    "full_name": "Қуанышбеков-Әбдірахманов Нұрсұлтан Өмірзақұлы", "licence_number": "00000000", "licence_date": "",
    "course_title_kk": "Қылмыстық істегі қорғау: дәлелдемелер, сот тәжірибесі және кәсіби әдеп",
    "course_title_ru": "Защита по уголовному делу: доказательства, судебная практика и профессиональная этика",
    "provider_name_kk": "Оқу орталығы", "provider_name_ru": "Учебный центр", "course_number": "000",
    "format": "in_person", "place": "", "starts_on": "2026-01-15", "ends_on": "2026-01-15", "issued_on": "2026-01-16",
}  # fmt: skip
"""Long, with every letter that is apt to be missing, and nobody's."""


def specimen(bar: Bar, **words: Any) -> Snapshot:
    """Marked as an example. ``words`` take the place of the bar's own letterhead and signatory.

    Raises ValueError for words that no certificate can say.
    """
    serial = f"{bar.code}-0000/000000"
    return Snapshot(
        version=VERSION, kind="attendance", serial=serial, code="0000-0000-0000-0000",
        verify_url="https://example.org/verify/0000-0000-0000-0000", minutes=180, unit_minutes=60,
        lines=(("Әдеп", "Этика", 60), ("Құқық", "Право", 120)), example=True, **{**letterhead(bar), **_NOBODY, **words},
    )  # fmt: skip
