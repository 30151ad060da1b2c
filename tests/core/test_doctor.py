"""The doctor finds nothing in a healthy house, and each damage that is done to it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction

from cle.core.clock import now
from cle.doctor import CHECKS, Finding, Look, examine
from compliance.signatures import signing_key
from courses.models import Evidence
from tests.core.healthy import healthy_house

pytestmark = pytest.mark.django_db


class Damage(NamedTuple):
    """Done to a table by somebody who owns the server: triggers off, and this constraint or index gone."""

    check: str
    fault: str
    table: str
    sql: str
    without: str = ""


_ENTRY = "bar_id, category_id, format, minutes, earned_on, advocate_id, reason, posted_at"
_MIRROR = "(SELECT id FROM courses_entry WHERE reverses_id IS NOT NULL)"
LONG_AGO = "now() - interval '3 days'"

DAMAGES = [
    Damage("references", "name what is not there", "courses_attendance",
           "UPDATE courses_attendance SET session_id = -id"),
    Damage("references", "name what is not there", "compliance_standing",
           "UPDATE compliance_standing SET rulebook_id = 0"),
    Damage("ledger", "whose account does not say", "courses_account",
           "UPDATE courses_account SET version = version + 1"),
    Damage("ledger", "whose account does not say", "courses_entry",
           "DELETE FROM courses_entry WHERE reverses_id IS NULL AND id NOT IN "
           "(SELECT reverses_id FROM courses_entry WHERE reverses_id IS NOT NULL)"),
    Damage("ledger", "not the mirror", "courses_entry", f"UPDATE courses_entry SET minutes = -7 WHERE id = {_MIRROR}"),
    Damage("ledger", "reversed twice", "courses_entry",
           f"INSERT INTO courses_entry ({_ENTRY}, reverses_id) SELECT {_ENTRY}, reverses_id FROM courses_entry "
           f"WHERE id = {_MIRROR}", "courses_entry_reverses_id_key"),
    Damage("ledger", "posted twice", "courses_entry",
           f"INSERT INTO courses_entry ({_ENTRY}, adjustment_id) SELECT {_ENTRY}, adjustment_id FROM courses_entry "
           "WHERE adjustment_id IS NOT NULL LIMIT 1", "entry_adjustment_once"),
    Damage("ledger", "somebody else's", "courses_entry",
           "UPDATE courses_entry SET advocate_id = (SELECT max(id) FROM advocates_advocate) "
           "WHERE adjustment_id IS NOT NULL"),
    Damage("ledger", "was taken back", "courses_attendance",
           "UPDATE courses_attendance SET voided_at = now(), void_reason = 'x' WHERE id = "
           "(SELECT max(attendance_id) FROM courses_entry)"),
    Damage("certificates", "not revisions 1, 2, 3", "compliance_certificate",
           "UPDATE compliance_certificate SET revision = 3 WHERE revision = 2"),
    Damage("certificates", "more than one certificate stands", "compliance_revocation",
           "DELETE FROM compliance_revocation"),
    Damage("certificates", "replaced by one of something else", "compliance_revocation",
           "UPDATE compliance_revocation SET replaced_by_id = "
           "(SELECT id FROM compliance_certificate WHERE kind = 'transcript')"),
    Damage("certificates", "replace nothing", "compliance_revocation",
           "UPDATE compliance_revocation SET replaced_by_id = NULL"),
    Damage("serials", "a gap or a number twice", "compliance_certificate",
           "UPDATE compliance_certificate SET number = 9 WHERE number = 2"),
    Damage("serials", "counter is not at", "compliance_serialcounter",
           "UPDATE compliance_serialcounter SET last = last + 1 WHERE kind = 'transcript'"),
    Damage("fingerprints", "not those that were issued", "compliance_certificate",
           "UPDATE compliance_certificate SET snapshot = snapshot || '{\"full_name\": \"Другой Человек\"}' "
           "WHERE kind = 'transcript'"),
    Damage("fingerprints", "not those that were issued", "compliance_certificate",
           "UPDATE compliance_certificate SET snapshot = '{}' WHERE kind = 'transcript'"),
    Damage("notices", "a sender that has died", "compliance_notice",
           f"UPDATE compliance_notice SET claimed_at = {LONG_AGO} WHERE state = 'due'"),
    Damage("notices", "more than an hour ago", "compliance_notice",
           f"UPDATE compliance_notice SET due_at = {LONG_AGO} WHERE state = 'due'"),
    Damage("notices", "no time or no Message-ID", "compliance_notice",
           "UPDATE compliance_notice SET message_id = '' WHERE state = 'sent'"),
    Damage("notices", "their events do not tell", "compliance_noticeevent",
           "DELETE FROM compliance_noticeevent WHERE kind = 'accepted'"),
    Damage("notices", "share a Message-ID", "compliance_notice", "UPDATE compliance_notice SET message_id = '<1@x>'"),
    Damage("notices", "of one stage twice", "compliance_notice",
           "UPDATE compliance_notice SET advocate_id = (SELECT min(advocate_id) FROM compliance_notice)",
           "notice_once_per_stage_and_round"),
    Damage("cases", "another state than their last step", "compliance_case",
           "UPDATE compliance_case SET state = 'closed'"),
    Damage("cases", "another state than their last step", "compliance_casestep", "DELETE FROM compliance_casestep"),
    Damage("cases", "does not follow from the one before", "compliance_casestep",
           "UPDATE compliance_casestep SET from_state = 'notified'"),
    Damage("background", "jobs whose worker has died", "compliance_job",
           f"UPDATE compliance_job SET state = 'running', claimed_at = {LONG_AGO}"),
    Damage("background", "nobody has begun", "compliance_job", f"UPDATE compliance_job SET asked_at = {LONG_AGO}"),
    Damage("background", "parts of a sweep", "compliance_sweeprange",
           f"UPDATE compliance_sweeprange SET finished_at = NULL, claimed_at = {LONG_AGO}"),
    Damage("background", "not come to an end", "compliance_sweeprun",
           f"UPDATE compliance_sweeprun SET finished_at = NULL, started_at = {LONG_AGO}"),
    Damage("background", "no sweep since", "compliance_sweeprun",
           f"UPDATE compliance_sweeprun SET started_at = {LONG_AGO}"),
    Damage("standings", "do not follow", "compliance_standing", "UPDATE compliance_standing SET counted = counted + 1"),
    Damage("standings", "do not follow", "compliance_standing",
           "DELETE FROM compliance_standing WHERE advocate_id = (SELECT max(advocate_id) FROM compliance_standing)"),
    Damage("standings", "do not follow", "compliance_standing",
           "UPDATE compliance_standing SET figures[3] = figures[3] + 1"),
    Damage("field-keys", "FIELD_KEYS do not open", "advocates_advocate",
           "UPDATE advocates_advocate SET national_id = set_byte(national_id, 60, 255 - get_byte(national_id, 60)) "
           "WHERE length(national_id) > 0"),
    Damage("field-keys", "FIELD_KEYS do not open", "advocates_advocate",
           "UPDATE advocates_advocate SET national_id = set_byte(national_id, 33, 255 - get_byte(national_id, 33)) "
           "WHERE length(national_id) > 0"),
    Damage("files", "not what was uploaded", "courses_evidence",
           "UPDATE courses_evidence SET sha256 = repeat('0', 64)"),
    Damage("files", "not in the storage", "courses_evidence", "UPDATE courses_evidence SET file = 'evidence/no.pdf'"),
    Damage("audit", "does not fit its seals", "advocates_change", "UPDATE advocates_change SET source = 'elsewhere'"),
    Damage("protections", "triggers that are switched off", "courses_entry", "SELECT 1"),
    Damage("protections", "without the wall", "courses_claim", "ALTER TABLE courses_claim DISABLE ROW LEVEL SECURITY"),
    Damage("protections", "new rows alone", "courses_claim",
           "ALTER TABLE courses_claim ADD CONSTRAINT later CHECK (minutes > 0) NOT VALID"),
    Damage("migrations", "not applied", "django_migrations",
           "DELETE FROM django_migrations WHERE app = 'compliance' AND name LIKE '0010%'"),
    Damage("migrations", "a newer version", "django_migrations",
           "INSERT INTO django_migrations (app, name, applied) VALUES ('courses', '9999_to_come', now())"),
]  # fmt: skip


@pytest.fixture
def house(settings, tmp_path: Path) -> Iterator[None]:
    settings.KEYS_FOLDER = tmp_path / "keys"
    healthy_house()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # with checks to come, no table can be altered
        cursor.execute("SELECT tgrelid::regclass FROM pg_trigger WHERE tgname = 'audit_no_truncate'")
        for (table,) in cursor.fetchall():  # these tests alone want the trail as it is outside of tests
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER audit_no_truncate")
    yield
    for name in default_storage.listdir("evidence")[1]:
        default_storage.delete(f"evidence/{name}")


def faults(*only: str, sample: int | None = None) -> list[tuple[str, str]]:
    """Check and fault of all that is found, and what broke."""
    found = []
    for outcome in examine(Look(now(), sample), only):
        found += [(outcome.check.code, str(each.fault)) for each in outcome.findings]
        found += [(outcome.check.code, outcome.broken)] if outcome.broken else []
    return found


def done(damage: Damage) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {damage.table} DISABLE TRIGGER USER")
        if damage.without:
            cursor.execute(f"ALTER TABLE {damage.table} DROP CONSTRAINT IF EXISTS {damage.without}")
            cursor.execute(f"DROP INDEX IF EXISTS {damage.without}")
        cursor.execute(damage.sql.replace("%", "%%"))
        assert damage.sql.startswith(("SELECT", "ALTER")) or cursor.rowcount, f"nothing damaged: {damage.sql}"


def test_each_damage_is_found_by_the_check_that_looks_for_it(house) -> None:
    assert faults() == []
    assert faults(sample=1) == []
    unseen = []
    for damage in DAMAGES:
        with transaction.atomic():
            done(damage)
            found = faults(damage.check)
            if not any(code == damage.check and damage.fault in fault for code, fault in found):
                unseen.append((damage, found))
            transaction.set_rollback(True)
    assert unseen == []
    assert faults() == []
    assert {damage.check for damage in DAMAGES} == {check.code for check in CHECKS} - {"settings", "signing-keys"}


def test_old_certificates_of_compliance_share_the_numbers_of_attendance(house) -> None:
    """Numbered before each kind had a series: nothing is missing, nothing is to be changed."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE compliance_certificate DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE compliance_certificate SET kind = 'compliance', attendance_id = NULL, period_start = '2025-01-01',"
            " revision = 1 WHERE number = 2 AND kind = 'attendance' RETURNING bar_id, year"
        )
        bar, year = cursor.fetchone()
        cursor.execute(
            "INSERT INTO compliance_serialcounter (bar_id, kind, year, last) VALUES (%s, 'compliance', %s, 2)",
            [bar, year],
        )
        assert faults("serials") == []
        cursor.execute("UPDATE compliance_serialcounter SET last = 1 WHERE kind = 'compliance'")
        assert faults("serials") == [("serials", "series whose counter is not at their last number")]


def test_keys_that_do_not_belong_together_are_found_before_anybody_downloads_a_paper(settings, tmp_path: Path) -> None:
    settings.KEYS_FOLDER = tmp_path
    signing_key(tmp_path, "KZ-75", "cle.example.kz")
    assert faults("signing-keys", "settings") == []
    pair = tmp_path / "documents" / "0001.key.pem"
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pair.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    assert faults("signing-keys") == [("signing-keys", "key and certificate do not belong together")]
    (wrong,) = faults("settings")
    assert str(tmp_path) in wrong[1]
    pair.write_bytes(b"no key")
    assert [fault for _code, fault in faults("signing-keys")] == [
        "not an RSA key without a password and certificates, both in PEM, that this account may read"
    ]
    pair.unlink()
    assert faults("signing-keys") == [("signing-keys", "certificates that are to sign, without their key")]
    pair.with_name("0001.chain.pem").unlink()
    pair.write_bytes(b"no key")
    (tmp_path / "credentials-0001.json").write_text("{}")
    assert [fault for _code, fault in faults("signing-keys")] == [
        "a key without its certificates", "keys of credentials that cannot be read",
    ]  # fmt: skip


def test_the_command_says_what_to_do_and_ends_with_one(house) -> None:
    name = Evidence.objects.get().file.name
    default_storage.delete(name)
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", "--only", "files", "--only", "ledger", "--language", "ru", stdout=out)
    assert ended.value.code == 1
    assert f"1 × файлы, которых нет в хранилище: {name}" in out.getvalue()
    assert "CLE_VAR" in out.getvalue()
    default_storage.save(name, ContentFile(b"another"))
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", "--only", "files", "--json", "--language", "en", stdout=out)
    (told,) = json.loads(out.getvalue())["checks"]
    assert told["findings"] == [{"fault": "files that are not what was uploaded", "count": 1, "examples": [name]}]
    out = StringIO()
    call_command("doctor", "--skip", "files", stdout=out)
    assert "15" in out.getvalue()


def test_a_check_that_breaks_is_trouble_and_hides_no_other(house) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE courses_account RENAME COLUMN version TO versions")
    broken = {outcome.check.code: outcome for outcome in examine(Look(now()))}
    assert len(broken) == len(CHECKS)
    assert not broken["ledger"].is_well
    assert broken["ledger"].findings == ()
    assert "version does not exist" in broken["ledger"].broken
    assert broken["certificates"].is_well


def test_what_a_finding_says_is_counted(house) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE compliance_job SET asked_at = now() - interval '1 day'")
    (outcome,) = examine(Look(now() + dt.timedelta(seconds=1)), ["background"])
    (finding,) = outcome.findings
    assert isinstance(finding, Finding)
    assert (finding.count, len(finding.examples)) == (1, 1)
