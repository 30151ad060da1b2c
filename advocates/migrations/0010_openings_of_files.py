import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from advocates.audit.functions import APPEND_ONLY


class Migration(migrations.Migration):

    dependencies = [
        ('advocates', '0009_erasing'),
    ]

    operations = [
        migrations.CreateModel(
            name='FileRead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('person', 'particulars and statuses'), ('explanation', 'standing and how it was calculated'), ('ledger', 'credit ledger'), ('attendance', 'attendance and registrations'), ('claim', 'a claim and its evidence'), ('case', 'a case'), ('notice', 'a notice'), ('certificate', 'a certificate'), ('request', 'an objection or a request'), ('changes', 'what was changed in the file'), ('other', 'something else in the file')], max_length=20, verbose_name='part of the file')),
                ('hour', models.DateTimeField()),
                ('at', models.DateTimeField(verbose_name='time')),
                ('address', models.CharField(blank=True, max_length=100, verbose_name='address')),
                ('request', models.CharField(blank=True, max_length=36)),
                ('advocate', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reads', to='advocates.advocate')),
                ('bar', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='advocates.bar')),
                ('reader', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'opening of a file',
                'verbose_name_plural': 'openings of files',
                'constraints': [models.UniqueConstraint(fields=('advocate', 'reader', 'part', 'hour'), name='file_read_once_an_hour')],
            },
        ),
        migrations.RunSQL(APPEND_ONLY.format(table="advocates_fileread"), migrations.RunSQL.noop),
    ]
