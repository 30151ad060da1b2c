"""The credit ledger: nothing counted twice, nothing lost, each reversal the mirror of what it takes back."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from cle.doctor.check import Check, unwanted

_MISCOUNTED = """
    SELECT coalesce(kept.advocate_id, counted.advocate_id)
      FROM courses_account kept
      FULL JOIN (SELECT advocate_id, count(*) AS entries FROM courses_entry GROUP BY advocate_id) counted
        ON counted.advocate_id = kept.advocate_id
     WHERE coalesce(kept.version, 0) <> coalesce(counted.entries, 0)
"""
_UNLIKE = """
    SELECT mirror.id FROM courses_entry mirror JOIN courses_entry original ON original.id = mirror.reverses_id
     WHERE (mirror.advocate_id, mirror.category_id, mirror.format, mirror.earned_on, mirror.minutes) IS DISTINCT FROM
           (original.advocate_id, original.category_id, original.format, original.earned_on, -original.minutes)
        OR original.reverses_id IS NOT NULL
"""
_REVERSED_TWICE = """
    SELECT reverses_id FROM courses_entry WHERE reverses_id IS NOT NULL GROUP BY reverses_id HAVING count(*) > 1
"""
_POSTED_TWICE = """
    SELECT min(id) FROM courses_entry WHERE reverses_id IS NULL
     GROUP BY attendance_id, claim_id, adjustment_id, CASE WHEN attendance_id IS NOT NULL THEN category_id END
    HAVING count(*) > 1
"""
_ANOTHERS = """
    SELECT entry.id FROM courses_entry entry
      LEFT JOIN courses_attendance attendance ON attendance.id = entry.attendance_id
      LEFT JOIN courses_claim claim ON claim.id = entry.claim_id
      LEFT JOIN courses_adjustment adjustment ON adjustment.id = entry.adjustment_id
     WHERE entry.reverses_id IS NULL AND entry.advocate_id IS DISTINCT FROM
           coalesce(attendance.advocate_id, claim.advocate_id, adjustment.advocate_id)
"""
_STILL_COUNTED = """
    SELECT entry.id FROM courses_entry entry JOIN courses_attendance attendance ON attendance.id = entry.attendance_id
     WHERE attendance.voided_at IS NOT NULL
       AND NOT EXISTS (SELECT FROM courses_entry mirror WHERE mirror.reverses_id = entry.id)
"""

LEDGER: Final = Check(
    "ledger",
    _("The credit ledger adds up"),
    _(
        "Somebody has written past the program, or an index is damaged: look at the changes of these entries in the "
        "audit trail, run REINDEX TABLE courses_entry, and restore a back-up elsewhere to compare. Correct an entry by "
        "reversing it, never by changing it."
    ),
    unwanted(
        (_("advocates whose account does not say how many entries they have"), _MISCOUNTED),
        (_("reversals that are not the mirror of their entry"), _UNLIKE),
        (_("entries that were reversed twice"), _REVERSED_TWICE),
        (_("entries posted twice from one source"), _POSTED_TWICE),
        (_("entries whose source is somebody else's"), _ANOTHERS),
        (_("entries of an attendance that was taken back"), _STILL_COUNTED),
    ),
)
