"""Certificates: one that stands for each fact, numbers without gaps, and words that are still those of the day."""

from __future__ import annotations

from typing import Final

from django.db import connection
from django.utils.translation import gettext_lazy as _

from cle.core.errors import DomainError
from cle.doctor.check import Check, Finding, Look, ask, found, named, unwanted
from compliance.models import Certificate, CertificateKind
from compliance.services.certificates.files import read_snapshot

# A certificate of attendance may be replaced by one of completion: of a fact it is one line of revisions.
_FACTS = """
    WITH facts AS (
        SELECT certificate.id, certificate.revision, revoked.id IS NOT NULL AS ended,
               revoked.replaced_by_id IS NOT NULL AS replaced,
               CASE kind WHEN 'teaching' THEN 'teaching ' || teaching_id
                         WHEN 'compliance' THEN 'period ' || certificate.advocate_id || ' ' || period_start
                         WHEN 'transcript' THEN NULL
                         ELSE 'attendance ' || attendance_id END AS fact
          FROM compliance_certificate certificate
          LEFT JOIN compliance_revocation revoked ON revoked.certificate_id = certificate.id
    )
"""
_GAPS = (
    _FACTS
    + """
    SELECT fact FROM facts WHERE fact IS NOT NULL
     GROUP BY fact HAVING min(revision) <> 1 OR max(revision) <> count(*) OR count(DISTINCT revision) <> count(*)
"""
)
_TWO_STAND = (
    _FACTS
    + """
    SELECT fact FROM facts WHERE fact IS NOT NULL GROUP BY fact HAVING count(*) FILTER (WHERE NOT ended) > 1
"""
)
# An attendance that is corrected is another row: its certificate is replaced by the first of the new one.
_WRONGLY_REPLACED = """
    SELECT old.serial
      FROM compliance_revocation revoked
      JOIN compliance_certificate old ON old.id = revoked.certificate_id
      LEFT JOIN compliance_certificate new ON new.id = revoked.replaced_by_id
      LEFT JOIN courses_attendance voided ON voided.id = old.attendance_id AND voided.voided_at IS NOT NULL
      LEFT JOIN courses_attendance later ON later.id = new.attendance_id AND later.id > voided.id
     WHERE revoked.bar_id <> old.bar_id
        OR new.id IS NOT NULL
           AND (new.revision <> old.revision + 1
                OR (new.bar_id, new.advocate_id, new.attendance_id, new.teaching_id, new.period_start) IS DISTINCT FROM
                   (old.bar_id, old.advocate_id, old.attendance_id, old.teaching_id, old.period_start))
           AND (new.revision = 1
                AND (new.bar_id, new.advocate_id, later.session_id)
                    = (old.bar_id, old.advocate_id, voided.session_id)) IS NOT TRUE
"""
# Of a period whose certificate was revoked, an officer may issue another once the hours are there: that replaces none.
_FROM_NOWHERE = """
    SELECT new.serial FROM compliance_certificate new
     WHERE new.revision > 1
       AND NOT EXISTS (SELECT FROM compliance_revocation revoked WHERE revoked.replaced_by_id = new.id)
       AND NOT EXISTS (
            SELECT FROM compliance_certificate old JOIN compliance_revocation revoked ON revoked.certificate_id = old.id
             WHERE new.kind = 'compliance' AND new.issued_by_id IS NOT NULL AND old.kind = 'compliance'
               AND (old.advocate_id, old.period_start, old.revision + 1)
                   = (new.advocate_id, new.period_start, new.revision)
               AND revoked.replaced_by_id IS NULL AND revoked.at <= new.issued_at)
"""

# Before each kind had a series of its own, certificates of compliance were numbered in the series without a letter;
# the series P goes on from the last of these. What is printed says which series a number is of.
_SERIES = (
    """
    WITH printed AS (
        SELECT bar_id, year, number, kind, coalesce(substring(split_part(serial, '/', 2) FROM '-(.+)$'), '') AS letter
          FROM compliance_certificate
    ), bases AS (
        SELECT bar_id, year, max(number) AS base FROM printed WHERE kind = 'compliance' AND letter = ''
         GROUP BY bar_id, year
    ), series AS (
        SELECT printed.bar_id, printed.year, letter, count(*) AS rows, count(DISTINCT number) AS numbers,
               min(number) AS first, max(number) AS last
          FROM printed GROUP BY printed.bar_id, printed.year, letter
    ), letters(letter, kind) AS (
        VALUES """
    + ", ".join(f"('{kind.letter}', '{kind.value}')" for kind in CertificateKind)
    + """
    ), counters AS (
        SELECT bar_id, year, letter, last FROM compliance_serialcounter JOIN letters USING (kind)
    ), compared AS (
        SELECT bar.code || '/' || year || CASE letter WHEN '' THEN '' ELSE '-' || letter END AS name,
               rows, numbers, first, series.last, counters.last AS counted,
               CASE letter WHEN 'P' THEN coalesce(base, 0) ELSE 0 END AS base
          FROM series FULL JOIN counters USING (bar_id, year, letter)
          LEFT JOIN bases USING (bar_id, year) JOIN advocates_bar bar ON bar.id = bar_id
    )
"""
)
_NOT_GAPLESS = _SERIES + "SELECT name FROM compared WHERE first <> base + 1 OR last <> base + rows OR numbers <> rows"
_MISNUMBERED = _SERIES + "SELECT name FROM compared WHERE counted IS DISTINCT FROM coalesce(last, base)"

_PICTURES = "SELECT id FROM compliance_barpicture WHERE encode(sha256(content), 'hex') <> sha256"


def _altered(look: Look) -> list[Finding]:
    rows = Certificate.objects.filter(erased_at=None).only("serial", "snapshot", "sha256", "erased_at")
    if look.sample is not None:
        rows = rows.filter(pk__in=_some(look.sample))
    wrong = (row.serial for row in rows.order_by("pk").iterator(chunk_size=500) if not _reads(row))
    pictures = ask(_("pictures on certificates that are not what was uploaded"), _PICTURES, {})
    return found(named(_("certificates whose words are not those that were issued"), wrong), pictures)


def _reads(certificate: Certificate) -> bool:
    try:
        read_snapshot(certificate)
    except DomainError:
        return False
    return True


def _some(count: int) -> list[int]:
    """Keys drawn by lot, so that one look after the other comes to all of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM compliance_certificate ORDER BY random() LIMIT %s", [count])
        return [key for (key,) in cursor.fetchall()]


CERTIFICATES: Final = Check(
    "certificates",
    _("One certificate stands for each fact"),
    _(
        "Somebody has written past the program: look these certificates up in the audit trail. Of two that stand, "
        "revoke one in the office, with the reason."
    ),
    unwanted(
        (_("facts whose certificates are not revisions 1, 2, 3 …"), _GAPS),
        (_("facts for which more than one certificate stands"), _TWO_STAND),
        (_("certificates replaced by one of something else, or not by the next revision"), _WRONGLY_REPLACED),
        (_("certificates of a later revision that replace nothing"), _FROM_NOWHERE),
    ),
)
SERIALS: Final = Check(
    "serials",
    _("Serial numbers run without gaps"),
    _(
        "A certificate is gone or was numbered by hand: find out in the audit trail which, and restore it from a "
        "back-up. Do not give its number to another."
    ),
    unwanted(
        (_("series with a gap or a number twice"), _NOT_GAPLESS),
        (_("series whose counter is not at their last number"), _MISNUMBERED),
    ),
)
FINGERPRINTS: Final = Check(
    "fingerprints",
    _("Certificates say what was issued"),
    _(
        "The stored words were changed after they were issued, and the public check refuses these certificates. "
        "Take the rows of a back-up from before, or replace the certificates in the office."
    ),
    _altered,
)
