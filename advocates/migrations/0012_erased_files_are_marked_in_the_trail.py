from django.db import migrations

from advocates.audit.functions import SHOWN


def make_function(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(SHOWN)


class Migration(migrations.Migration):

    dependencies = [
        ('advocates', '0011_erased_words_stay_out_of_the_trail'),
    ]

    operations = [
        migrations.RunPython(make_function, migrations.RunPython.noop),
    ]
