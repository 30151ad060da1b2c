
import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('advocates', '0009_erasing'),
        ('compliance', '0004_erasing'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NoticeOpening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='opened')),
                ('advocate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='advocates.advocate')),
                ('bar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='advocates.bar')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('notice', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='opening', to='compliance.notice')),
            ],
            options={
                'verbose_name': 'opening of a notice',
                'verbose_name_plural': 'openings of notices',
            },
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='what is asked')),
                ('made_at', models.DateTimeField(verbose_name='asked')),
                ('due_on', models.DateField(verbose_name='to be answered by')),
                ('outcome', models.CharField(blank=True, max_length=12, verbose_name='outcome')),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                ('period_start', models.DateField(verbose_name='period starts')),
                ('advocate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='advocates.advocate')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('bar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='advocates.bar')),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='compliance.case')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'objection',
                'verbose_name_plural': 'objections',
                'ordering': ['due_on', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Preferences',
            fields=[
                ('advocate', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='preferences', serialize=False, to='advocates.advocate')),
                ('reminder_days', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, null=True, size=None)),
                ('quiet_from', models.TimeField(blank=True, null=True, verbose_name='quiet from')),
                ('quiet_until', models.TimeField(blank=True, null=True, verbose_name='quiet until')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('bar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='advocates.bar')),
            ],
            options={
                'verbose_name': 'preferences',
                'verbose_name_plural': 'preferences',
            },
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret_sha256', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField(verbose_name='made')),
                ('last_used_at', models.DateTimeField(blank=True, null=True, verbose_name='last used')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked')),
                ('advocate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calendar_feeds', to='advocates.advocate')),
                ('bar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='advocates.bar')),
            ],
            options={
                'verbose_name': 'calendar address',
                'verbose_name_plural': 'calendar addresses',
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('advocate',), name='calendar_feed_one_in_use')],
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='what is asked')),
                ('made_at', models.DateTimeField(verbose_name='asked')),
                ('due_on', models.DateField(verbose_name='to be answered by')),
                ('outcome', models.CharField(blank=True, max_length=12, verbose_name='outcome')),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                ('particular', models.CharField(choices=[('name', 'name of the person'), ('licence', 'licence number or date'), ('joined', 'date of joining'), ('contact', 'e-mail, phone or address'), ('unit', 'unit or form of practice'), ('status', 'status'), ('credit', 'credit'), ('other', 'other')], max_length=10, verbose_name='what is wrong')),
                ('proof', models.TextField(verbose_name='proof')),
                ('advocate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='advocates.advocate')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('bar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='advocates.bar')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'request to correct a file',
                'verbose_name_plural': 'requests to correct a file',
                'ordering': ['due_on', 'pk'],
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('answered_at', None)), fields=['due_on'], name='correction_to_answer')],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='correction_says_something'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None), ('outcome', '')), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), models.Q(('outcome', ''), _negated=True), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='correction_answered_by_somebody_with_words'), models.CheckConstraint(condition=models.Q(('proof', ''), _negated=True), name='correction_has_a_proof'), models.UniqueConstraint(condition=models.Q(('answered_at', None)), fields=('advocate', 'particular'), name='correction_one_at_a_time')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='correction',
            trigger=pgtrigger.compiler.Trigger(name='correction_answered_once', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF TG_OP = 'UPDATE' THEN\n        IF OLD.answered_at IS NULL AND to_jsonb(NEW) - ARRAY['answered_at', 'answered_by_id', 'outcome', 'answer'] = to_jsonb(OLD) - ARRAY['answered_at', 'answered_by_id', 'outcome', 'answer'] THEN RETURN NEW; END IF;\n        IF current_setting('cle.erasing', true) = 'on'\n           AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)\n           AND to_jsonb(NEW) - ARRAY['text', 'answer', 'proof'] = to_jsonb(OLD) - ARRAY['text', 'answer', 'proof'] THEN RETURN NEW;\n        END IF;\n    END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot % rows from % table', lower(TG_OP), TG_TABLE_NAME;\n", hash='05af62c309ba9b99e600c2107b805de2016443a0', operation='UPDATE OR DELETE', pgid='pgtrigger_correction_answered_once_b0de6', table='compliance_correction', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='noticeopening',
            trigger=pgtrigger.compiler.Trigger(name='notice_opening_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF TG_OP = 'UPDATE' THEN\n        \n        \n    END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot % rows from % table', lower(TG_OP), TG_TABLE_NAME;\n", hash='c9b9c015491ae08b9287b7f01844dd4c816a3d64', operation='UPDATE OR DELETE', pgid='pgtrigger_notice_opening_append_only_d21bc', table='compliance_noticeopening', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='objection',
            index=models.Index(condition=models.Q(('answered_at', None)), fields=['due_on'], name='objection_to_answer'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='objection_says_something'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None), ('outcome', '')), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), models.Q(('outcome', ''), _negated=True), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='objection_answered_by_somebody_with_words'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.UniqueConstraint(condition=models.Q(('answered_at', None)), fields=('advocate', 'period_start'), name='objection_one_at_a_time'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='objection',
            trigger=pgtrigger.compiler.Trigger(name='objection_answered_once', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF TG_OP = 'UPDATE' THEN\n        IF OLD.answered_at IS NULL AND to_jsonb(NEW) - ARRAY['answered_at', 'answered_by_id', 'outcome', 'answer'] = to_jsonb(OLD) - ARRAY['answered_at', 'answered_by_id', 'outcome', 'answer'] THEN RETURN NEW; END IF;\n        IF current_setting('cle.erasing', true) = 'on'\n           AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)\n           AND to_jsonb(NEW) - ARRAY['text', 'answer'] = to_jsonb(OLD) - ARRAY['text', 'answer'] THEN RETURN NEW;\n        END IF;\n    END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot % rows from % table', lower(TG_OP), TG_TABLE_NAME;\n", hash='65634ca5b35d1eeecd2140837a6d14b0f70feba0', operation='UPDATE OR DELETE', pgid='pgtrigger_objection_answered_once_9b994', table='compliance_objection', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='preferences',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('quiet_from', None), ('quiet_until', None)), models.Q(('quiet_from__isnull', False), ('quiet_until__isnull', False), models.Q(('quiet_from', models.F('quiet_until')), _negated=True)), _connector='OR'), name='preferences_quiet_from_and_until'),
        ),
    ]
