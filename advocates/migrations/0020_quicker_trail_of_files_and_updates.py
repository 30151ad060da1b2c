from django.db import migrations

from advocates.audit.functions import RECORD


def make_function(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        cursor.execute(RECORD.format(schema=cursor.fetchone()[0]))


class Migration(migrations.Migration):

    dependencies = [
        ('advocates', '0019_one_status_at_a_time_by_rectangles'),
    ]

    operations = [
        migrations.RunPython(make_function, migrations.RunPython.noop),
    ]
