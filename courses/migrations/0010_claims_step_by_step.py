
import courses.models.evidence
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('advocates', '0002_requests_and_units'),
        ('courses', '0009_rosters_of_providers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ClaimStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_state', models.CharField(blank=True, choices=[('draft', 'draft'), ('submitted', 'submitted'), ('returned', 'returned'), ('approved', 'approved'), ('rejected', 'rejected'), ('withdrawn', 'withdrawn')], max_length=20)),
                ('to_state', models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted'), ('returned', 'returned'), ('approved', 'approved'), ('rejected', 'rejected'), ('withdrawn', 'withdrawn')], max_length=20)),
                ('minutes', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'step of a claim',
                'verbose_name_plural': 'steps of claims',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='file name')),
                ('kind', models.CharField(choices=[('pdf', 'pdf'), ('jpeg', 'jpeg'), ('png', 'png'), ('webp', 'webp')], max_length=10, verbose_name='kind')),
                ('file', models.FileField(blank=True, upload_to=courses.models.evidence.stored_name)),
                ('size', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('sha256', models.CharField(max_length=64)),
                ('received_sha256', models.CharField(max_length=64)),
                ('uploaded_at', models.DateTimeField(verbose_name='uploaded')),
                ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='taken away')),
            ],
            options={
                'verbose_name': 'evidence',
                'verbose_name_plural': 'evidence',
                'ordering': ['uploaded_at', 'pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='claim',
            name='claim_decided_by_somebody',
        ),
        migrations.AddField(
            model_name='claim',
            name='submitted_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='submitted on'),
        ),
        migrations.AlterField(
            model_name='claim',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted'), ('returned', 'returned'), ('approved', 'approved'), ('rejected', 'rejected'), ('withdrawn', 'withdrawn')], default='draft', max_length=20, verbose_name='state'),
        ),
        migrations.AddIndex(
            model_name='claim',
            index=models.Index(condition=models.Q(('state', 'submitted')), fields=['submitted_at'], name='claim_waiting'),
        ),
        migrations.RunSQL(
            "UPDATE courses_claim SET submitted_at = coalesce(decided_at, now()) WHERE state <> 'draft'",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state__in', ['draft', 'submitted', 'withdrawn'])), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state__in', ['returned', 'approved', 'rejected'])), _connector='OR'), name='claim_decided_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'withdrawn']), ('submitted_at__isnull', False), _connector='OR'), name='claim_submitted_has_a_time'),
        ),
        migrations.AddField(
            model_name='claimstep',
            name='advocate',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='advocates.advocate'),
        ),
        migrations.AddField(
            model_name='claimstep',
            name='bar',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='advocates.bar'),
        ),
        migrations.AddField(
            model_name='claimstep',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='claimstep',
            name='claim',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='courses.claim'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='advocate',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='advocates.advocate'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='bar',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='advocates.bar'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='claim',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='courses.claim'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='uploaded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='claimstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('to_state__in', ['returned', 'rejected']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='claim_step_refused_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('claim', 'received_sha256'), name='evidence_once_per_claim'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('size__gte', 1)), name='evidence_is_not_empty'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('removed_at__isnull', False), models.Q(('file', ''), _negated=True), _connector='OR'), name='evidence_has_its_content'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='claimstep',
            trigger=pgtrigger.compiler.Trigger(name='claim_step_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF TG_OP = 'UPDATE' THEN\n        \n        IF current_setting('cle.erasing', true) = 'on'\n           AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)\n           AND to_jsonb(NEW) - ARRAY['reason'] = to_jsonb(OLD) - ARRAY['reason'] THEN RETURN NEW;\n        END IF;\n    END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot % rows from % table', lower(TG_OP), TG_TABLE_NAME;\n", hash='759e338378fbe9ebf19e49e6fc7adff6cbdaf54c', operation='UPDATE OR DELETE', pgid='pgtrigger_claim_step_append_only_6a938', table='courses_claimstep', when='BEFORE')),
        ),
    ]
