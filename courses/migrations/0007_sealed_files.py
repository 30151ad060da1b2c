import cle.core.sealed_fields
from django.db import migrations

from cle.core.sealing import box

FILE = "import.content"


def _rewrite(apps, change):
    file = apps.get_model("courses", "AttendanceFile")
    for key in file.objects.order_by("pk").values_list("pk", flat=True):
        content = bytes(file.objects.only("content").get(pk=key).content)
        if content:
            file.objects.filter(pk=key).update(content=change(content, FILE))


def seal(apps, editor):
    _rewrite(apps, box().seal)


def unseal(apps, editor):
    _rewrite(apps, box().open)


class Migration(migrations.Migration):
    """Encrypts the uploaded attendance reports that are there; backwards, it decrypts them."""

    dependencies = [
        ('courses', '0006_planned_sessions_by_time'),
    ]

    operations = [
        migrations.RunPython(seal, unseal),
        migrations.AlterField(
            model_name='attendancefile',
            name='content',
            field=cle.core.sealed_fields.SealedField(editable=False, place=FILE),
        ),
    ]
