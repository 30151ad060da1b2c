
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('advocates', '0002_requests_and_units'),
        ('courses', '0002_provider_account'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AccreditationStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_state', models.CharField(blank=True, choices=[('draft', 'draft'), ('submitted', 'submitted'), ('in_review', 'in review'), ('returned', 'returned'), ('approved', 'approved'), ('refused', 'refused'), ('withdrawn', 'withdrawn')], max_length=20)),
                ('to_state', models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted'), ('in_review', 'in review'), ('returned', 'returned'), ('approved', 'approved'), ('refused', 'refused'), ('withdrawn', 'withdrawn')], max_length=20)),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'step of an accreditation',
                'verbose_name_plural': 'steps of an accreditation',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='course',
            name='course_number_once_per_bar',
        ),
        migrations.AddField(
            model_name='course',
            name='derived_from',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='derived', to='courses.course'),
        ),
        migrations.AddField(
            model_name='course',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted'), ('in_review', 'in review'), ('returned', 'returned'), ('approved', 'approved'), ('refused', 'refused'), ('withdrawn', 'withdrawn')], default='approved', max_length=20, verbose_name='state'),
        ),
        migrations.AddField(
            model_name='provider',
            name='trusted',
            field=models.BooleanField(default=False, verbose_name='rosters are applied at once'),
        ),
        migrations.AlterField(
            model_name='course',
            name='accredited_from',
            field=models.DateField(null=True, verbose_name='accredited from'),
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('bar', 'number'), name='course_number_once_per_bar'),
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accredited_from__isnull', False), ('state', 'approved'), models.Q(('number', ''), _negated=True)), ('state', 'withdrawn'), models.Q(('accredited_from', None), ('number', ''), models.Q(('state', 'approved'), _negated=True)), _connector='OR'), name='course_accredited_by_approval_alone'),
        ),
        migrations.AddField(
            model_name='accreditationstep',
            name='bar',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='advocates.bar'),
        ),
        migrations.AddField(
            model_name='accreditationstep',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='accreditationstep',
            name='course',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='courses.course'),
        ),
        migrations.AddConstraint(
            model_name='accreditationstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('to_state__in', ['returned', 'refused']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='accreditation_step_against_has_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accreditationstep',
            trigger=pgtrigger.compiler.Trigger(name='accreditation_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='129c81bce434c409ccac6d998e665cee81b8bc7b', operation='UPDATE OR DELETE', pgid='pgtrigger_accreditation_append_only_437da', table='courses_accreditationstep', when='BEFORE')),
        ),
    ]
