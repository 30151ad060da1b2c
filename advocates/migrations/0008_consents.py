
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('advocates', '0007_sealed_identifiers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('operator_name', models.CharField(max_length=200, verbose_name='operator')),
                ('operator_number', models.CharField(max_length=20, verbose_name="operator's BIN")),
                ('subject_name', models.CharField(blank=True, max_length=300, verbose_name='who agreed')),
                ('term', models.CharField(max_length=300, verbose_name='for how long')),
                ('until', models.DateField(blank=True, null=True, verbose_name='last day')),
                ('third_parties', models.BooleanField(verbose_name='may be handed to third parties')),
                ('third_parties_note', models.CharField(blank=True, max_length=500, verbose_name='to whom')),
                ('cross_border', models.BooleanField(verbose_name='transferred abroad')),
                ('cross_border_note', models.CharField(blank=True, max_length=500, verbose_name='where to')),
                ('publication', models.BooleanField(verbose_name='published')),
                ('publication_note', models.CharField(blank=True, max_length=500, verbose_name='what is published')),
                ('data', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), size=None, verbose_name='list of data')),
                ('version', models.CharField(max_length=100, verbose_name='version of the text')),
                ('language', models.CharField(choices=[('kk', 'Kazakh'), ('ru', 'Russian'), ('en', 'English')], max_length=2, verbose_name='language')),
                ('example', models.BooleanField(default=False, verbose_name='example text')),
                ('given_at', models.DateTimeField(verbose_name='given')),
                ('how', models.CharField(choices=[('page', 'by the advocate, logged in'), ('paper', 'on paper')], max_length=10, verbose_name='how')),
                ('document', models.CharField(blank=True, max_length=300, verbose_name='document')),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
                ('advocate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='advocates.advocate')),
                ('bar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='advocates.bar')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'consent',
                'verbose_name_plural': 'consents',
                'ordering': ['-given_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Operator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, validators=[django.core.validators.RegexValidator('^[0-9A-Z]+$')], verbose_name='business identification number')),
                ('responsible_name', models.CharField(max_length=200, verbose_name='person responsible for personal data')),
                ('responsible_contact', models.CharField(max_length=300, verbose_name='how to reach that person')),
                ('policy', models.CharField(blank=True, max_length=300, verbose_name='policy: document that approved it')),
                ('bar', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='operator', to='advocates.bar')),
            ],
            options={
                'verbose_name': 'operator of personal data',
                'verbose_name_plural': 'operators of personal data',
            },
        ),
        migrations.CreateModel(
            name='Withdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('withdrawn_at', models.DateTimeField(verbose_name='withdrawn')),
                ('answer_due_on', models.DateField(verbose_name='to be answered by')),
                ('how', models.CharField(choices=[('page', 'by the advocate, logged in'), ('paper', 'on paper')], max_length=10, verbose_name='how')),
                ('document', models.CharField(blank=True, max_length=300, verbose_name='document')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                ('answer', models.CharField(blank=True, choices=[('stopped', 'processing was stopped'), ('refused', 'refused with reasons')], max_length=10, verbose_name='answer')),
                ('reason', models.CharField(blank=True, max_length=1000, verbose_name='reasons')),
                ('advocate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='advocates.advocate')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('bar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='advocates.bar')),
                ('consent', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='advocates.consent')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'withdrawal of a consent',
                'verbose_name_plural': 'withdrawals of consents',
            },
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(('data__len__gte', 1)), name='consent_names_data'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('operator_name', ''), _negated=True), models.Q(('operator_number', ''), _negated=True), models.Q(('term', ''), _negated=True), models.Q(('version', ''), _negated=True)), name='consent_names_its_terms'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(('third_parties', False), models.Q(('third_parties_note', ''), _negated=True), _connector='OR'), name='consent_third_parties_said_what'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(('cross_border', False), models.Q(('cross_border_note', ''), _negated=True), _connector='OR'), name='consent_cross_border_said_what'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(('publication', False), models.Q(('publication_note', ''), _negated=True), _connector='OR'), name='consent_publication_said_what'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('document', ''), ('how', 'page')), models.Q(('how', 'paper'), models.Q(('document', ''), _negated=True)), _connector='OR'), name='consent_on_paper_has_a_document'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='consent',
            trigger=pgtrigger.compiler.Trigger(name='consent_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF TG_OP = 'UPDATE' THEN\n        \n        IF current_setting('cle.erasing', true) = 'on'\n           AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)\n           AND to_jsonb(NEW) - ARRAY['subject_name'] = to_jsonb(OLD) - ARRAY['subject_name'] THEN RETURN NEW;\n        END IF;\n    END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot % rows from % table', lower(TG_OP), TG_TABLE_NAME;\n", hash='191ec27f61875573f4d50e84f96623ec38e08890', operation='UPDATE OR DELETE', pgid='pgtrigger_consent_append_only_eed08', table='advocates_consent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='operator',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number', ''), _negated=True), models.Q(('responsible_name', ''), _negated=True), models.Q(('responsible_contact', ''), _negated=True)), name='operator_is_known'),
        ),
        migrations.AddIndex(
            model_name='withdrawal',
            index=models.Index(condition=models.Q(('answered_at', None)), fields=['bar', 'answer_due_on'], name='withdrawal_open'),
        ),
        migrations.AddConstraint(
            model_name='withdrawal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='withdrawal_answered_whole'),
        ),
        migrations.AddConstraint(
            model_name='withdrawal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', 'refused'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='withdrawal_refused_with_reasons'),
        ),
        migrations.AddConstraint(
            model_name='withdrawal',
            constraint=models.CheckConstraint(condition=models.Q(('answered_at', None), ('answered_at__gte', models.F('withdrawn_at')), _connector='OR'), name='withdrawal_then_answer'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='withdrawal',
            trigger=pgtrigger.compiler.Trigger(name='withdrawal_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF TG_OP = 'UPDATE' THEN\n        IF OLD.answered_at IS NULL AND to_jsonb(NEW) - ARRAY['answered_at', 'answer', 'reason', 'answered_by_id'] = to_jsonb(OLD) - ARRAY['answered_at', 'answer', 'reason', 'answered_by_id'] THEN RETURN NEW; END IF;\n        IF current_setting('cle.erasing', true) = 'on'\n           AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)\n           AND to_jsonb(NEW) - ARRAY['reason'] = to_jsonb(OLD) - ARRAY['reason'] THEN RETURN NEW;\n        END IF;\n    END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot % rows from % table', lower(TG_OP), TG_TABLE_NAME;\n", hash='19e3ffeedc8f3caed15749f76d4b6ddd1cd95891', operation='UPDATE OR DELETE', pgid='pgtrigger_withdrawal_append_only_611bf', table='advocates_withdrawal', when='BEFORE')),
        ),
    ]
