import django.contrib.postgres.indexes
from django.db import migrations, models

import advocates.searching

BATCH = 5_000
WORDS = models.Func(
    models.Func(models.F('search_key'), models.Value(' '), function='string_to_array'), function='array_to_tsvector'
)
_WRITE = """
    UPDATE advocates_advocate SET search_key = made.key
      FROM unnest(%s::bigint[], %s::text[]) AS made(id, key) WHERE advocates_advocate.id = made.id
"""


def fill(apps, schema_editor):
    rows, last = apps.get_model("advocates", "Advocate").objects.order_by("pk"), 0
    while found := list(rows.filter(pk__gt=last).values_list("pk", "full_name")[:BATCH]):
        last = found[-1][0]
        keys = [advocates.searching.search_key(name) for _pk, name in found]
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(_WRITE, [[pk for pk, _name in found], keys])


class Migration(migrations.Migration):

    dependencies = [
        ('advocates', '0002_requests_and_units'),
    ]

    operations = [
        migrations.AddField(
            model_name='advocate',
            name='search_key',
            field=models.CharField(db_default='', editable=False, max_length=700),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='advocate',
            index=django.contrib.postgres.indexes.GinIndex(WORDS, name='advocate_name_words'),
        ),
    ]
