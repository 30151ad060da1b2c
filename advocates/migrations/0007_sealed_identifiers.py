import cle.core.sealed_fields
from django.db import migrations, models

from cle.core.sealed_fields import MASK
from cle.core.sealing import box

BATCH = 500

PERSON, LINE, LINE_BEFORE, FILE = (
    "advocate.national_id", "roll_line.national_id", "roll_line.national_id_before", "import.content",
)


def _batches(model):
    rows = model.objects.order_by("pk")
    batch = list(rows[:BATCH])
    while batch:
        yield batch
        batch = list(rows.filter(pk__gt=batch[-1].pk)[:BATCH])


def seal(apps, editor):
    advocate, line, file = (apps.get_model("advocates", name) for name in ("Advocate", "RollLine", "RollFile"))
    for rows in _batches(advocate):
        rows = [row for row in rows if row.national_id]
        for row in rows:
            row.national_id_sealed = row.national_id
        advocate.objects.bulk_update(rows, ["national_id_sealed"])
    for rows in _batches(line):
        rows = [row for row in rows if "national_id" in row.changes]
        for row in rows:
            before, after = row.changes["national_id"]
            row.national_id_before, row.national_id = before, after
            row.changes = {**row.changes, "national_id": [before and MASK, after and MASK]}
        line.objects.bulk_update(rows, ["national_id_before", "national_id", "changes"])
    for key in file.objects.order_by("pk").values_list("pk", flat=True):
        row = file.objects.only("content").get(pk=key)
        content = bytes(row.content)
        file.objects.filter(pk=key).update(content=box().seal(content, FILE) if content else b"")


def unseal(apps, editor):
    advocate, line, file = (apps.get_model("advocates", name) for name in ("Advocate", "RollLine", "RollFile"))
    for rows in _batches(advocate):
        rows = [row for row in rows if row.national_id_sealed]
        for row in rows:
            row.national_id = row.national_id_sealed.reveal()
        # The column's own name, by which the audit trail knows that its values are not to be copied.
        advocate.objects.bulk_update(rows, ["national_id"])
    for rows in _batches(line):
        rows = [row for row in rows if "national_id" in row.changes]
        for row in rows:
            row.changes = {**row.changes, "national_id": [row.national_id_before.reveal(), row.national_id.reveal()]}
        line.objects.bulk_update(rows, ["changes"])
    for key in file.objects.order_by("pk").values_list("pk", flat=True):
        content = bytes(file.objects.only("content").get(pk=key).content)
        file.objects.filter(pk=key).update(content=box().open(content, FILE) if content else b"")


class Migration(migrations.Migration):
    """Encrypts the identifiers and the uploaded rolls that are there; backwards, it decrypts them."""

    dependencies = [
        ('advocates', '0006_audit_trail'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='advocate',
            name='advocate_national_id_once',
        ),
        migrations.AddField(
            model_name='advocate',
            name='national_id_sealed',
            field=cle.core.sealed_fields.SealedTextField(blank=True, editable=False, place=PERSON, verbose_name='national identifier'),
        ),
        migrations.AddField(
            model_name='rollline',
            name='national_id',
            field=cle.core.sealed_fields.SealedTextField(blank=True, editable=False, place=LINE),
        ),
        migrations.AddField(
            model_name='rollline',
            name='national_id_before',
            field=cle.core.sealed_fields.SealedTextField(blank=True, editable=False, place=LINE_BEFORE),
        ),
        migrations.RunPython(seal, unseal),
        migrations.RemoveField(
            model_name='advocate',
            name='national_id',
        ),
        migrations.RenameField(
            model_name='advocate',
            old_name='national_id_sealed',
            new_name='national_id',
        ),
        migrations.AlterField(
            model_name='rollfile',
            name='content',
            field=cle.core.sealed_fields.SealedField(editable=False, place=FILE),
        ),
        migrations.AddConstraint(
            model_name='advocate',
            constraint=models.UniqueConstraint(models.F('bar'), cle.core.sealed_fields.DigestOf('national_id'), condition=models.Q(('national_id', ''), _negated=True), name='advocate_national_id_once', violation_error_message='Another advocate of the bar has this national identifier.'),
        ),
    ]
