
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('advocates', '0009_erasing'),
        ('compliance', '0003_notice_handed_over_on'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record', models.CharField(max_length=40, verbose_name='records')),
                ('before', models.DateField(verbose_name='from before')),
                ('counted', models.PositiveIntegerField(verbose_name='confirmed')),
                ('confirmed_at', models.DateTimeField(verbose_name='confirmed on')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished')),
                ('erased', models.PositiveIntegerField(default=0, verbose_name='erased')),
            ],
            options={
                'verbose_name': 'erasure',
                'verbose_name_plural': 'erasures',
                'ordering': ['-confirmed_at', '-pk'],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='casestep',
            name='case_step_append_only',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='certificate',
            name='certificate_frozen',
        ),
        migrations.AddField(
            model_name='certificate',
            name='erased_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='erased'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='casestep',
            trigger=pgtrigger.compiler.Trigger(name='case_step_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF TG_OP = 'UPDATE' THEN\n        \n        IF current_setting('cle.erasing', true) = 'on'\n           AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)\n           AND to_jsonb(NEW) - ARRAY['reason', 'document'] = to_jsonb(OLD) - ARRAY['reason', 'document'] THEN RETURN NEW;\n        END IF;\n    END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot % rows from % table', lower(TG_OP), TG_TABLE_NAME;\n", hash='292acfbe1780a4746f8a105b01b90fa4b022bb43', operation='UPDATE OR DELETE', pgid='pgtrigger_case_step_append_only_c4790', table='compliance_casestep', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='certificate',
            trigger=pgtrigger.compiler.Trigger(name='certificate_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF TG_OP = 'UPDATE' THEN\n        \n        IF current_setting('cle.erasing', true) = 'on'\n           AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)\n           AND to_jsonb(NEW) - ARRAY['snapshot', 'sha256', 'erased_at'] = to_jsonb(OLD) - ARRAY['snapshot', 'sha256', 'erased_at'] THEN RETURN NEW;\n        END IF;\n    END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot % rows from % table', lower(TG_OP), TG_TABLE_NAME;\n", hash='ef387d20b76b8eca782512ced2eb79ca97873a64', operation='UPDATE OR DELETE', pgid='pgtrigger_certificate_frozen_ab7fa', table='compliance_certificate', when='BEFORE')),
        ),
        migrations.AddField(
            model_name='erasure',
            name='advocate',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='advocates.advocate'),
        ),
        migrations.AddField(
            model_name='erasure',
            name='bar',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='advocates.bar'),
        ),
        migrations.AddField(
            model_name='erasure',
            name='confirmed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='erasure',
            constraint=models.CheckConstraint(condition=models.Q(('counted__gte', 1)), name='erasure_of_something'),
        ),
        migrations.AddConstraint(
            model_name='erasure',
            constraint=models.CheckConstraint(condition=models.Q(('advocate', None), ('record', 'advocates'), _connector='OR'), name='erasure_of_a_person'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='erasure',
            trigger=pgtrigger.compiler.Trigger(name='erasure_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF TG_OP = 'UPDATE' THEN\n        IF OLD.finished_at IS NULL AND to_jsonb(NEW) - ARRAY['finished_at', 'erased'] = to_jsonb(OLD) - ARRAY['finished_at', 'erased'] THEN RETURN NEW; END IF;\n        \n    END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot % rows from % table', lower(TG_OP), TG_TABLE_NAME;\n", hash='9b7ad56241e24ccf8b0f223d13eb03777ba5b656', operation='UPDATE OR DELETE', pgid='pgtrigger_erasure_append_only_c26cc', table='compliance_erasure', when='BEFORE')),
        ),
    ]
