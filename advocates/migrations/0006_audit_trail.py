import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from advocates.audit.functions import APPEND_ONLY, RECORD, REFUSE, SHOWN


def make_functions(apps, schema_editor):
    """In the schema of the tables, which the functions then look into first."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        schema = cursor.fetchone()[0]
        cursor.execute(SHOWN)
        cursor.execute(RECORD.format(schema=schema))
        cursor.execute(REFUSE)
        for table in ("advocates_change", "advocates_auditseal"):
            cursor.execute(APPEND_ONLY.format(table=table))


DROP = "DROP FUNCTION audit_record() CASCADE; DROP FUNCTION audit_refuse() CASCADE; DROP FUNCTION audit_shown"


def drop_functions(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(DROP)


class Migration(migrations.Migration):

    dependencies = [
        ('advocates', '0005_imports_received_before_they_are_read'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.BigIntegerField(unique=True)),
                ('last', models.BigIntegerField(unique=True)),
                ('count', models.PositiveIntegerField()),
                ('digests', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('sealed_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('count__gte', 1), ('last__gte', models.F('first'))), name='audit_seal_covers_something')],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='time')),
                ('transaction', models.BigIntegerField()),
                ('table', models.CharField(max_length=63, verbose_name='table')),
                ('action', models.CharField(choices=[('insert', 'entered'), ('update', 'changed'), ('delete', 'deleted')], max_length=6, verbose_name='action')),
                ('row', models.CharField(max_length=100, verbose_name='row')),
                ('address', models.CharField(blank=True, max_length=100, verbose_name='address')),
                ('source', models.CharField(blank=True, max_length=10, verbose_name='source')),
                ('request', models.CharField(blank=True, max_length=36, verbose_name='request')),
                ('login', models.CharField(max_length=63)),
                ('before', models.JSONField(null=True)),
                ('after', models.JSONField(null=True)),
                ('advocate', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='advocates.advocate')),
                ('bar', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='advocates.bar')),
                ('user', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'change',
                'verbose_name_plural': 'audit trail',
                'indexes': [models.Index(fields=['bar', 'id'], name='change_of_bar'), models.Index(condition=models.Q(('advocate__isnull', False)), fields=['advocate', 'id'], name='change_of_person'), django.contrib.postgres.indexes.BrinIndex(fields=['at'], name='change_at')],
            },
        ),
        migrations.RunPython(make_functions, drop_functions),
    ]
