
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('advocates', '0005_imports_received_before_they_are_read'),
        ('courses', '0008_erasing'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='attendancefile',
            name='provider',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rosters', to='courses.provider', verbose_name='posted by'),
        ),
        migrations.AddField(
            model_name='attendancefile',
            name='replaces',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='courses.attendancefile'),
        ),
        migrations.CreateModel(
            name='NilReturn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.DateField(blank=True, null=True, verbose_name='first day')),
                ('last', models.DateField(blank=True, null=True, verbose_name='last day')),
                ('made_at', models.DateTimeField(verbose_name='made')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                ('bar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='advocates.bar')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nil_returns', to='courses.provider')),
                ('session', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='nil_returns', to='courses.session')),
            ],
            options={
                'verbose_name': 'nil return',
                'verbose_name_plural': 'nil returns',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('first', None), ('last', None), ('session__isnull', False)), models.Q(('first__isnull', False), ('last__gte', models.F('first')), ('session', None)), _connector='OR'), name='nil_return_of_a_session_or_a_period'), models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('session',), name='nil_return_once_per_session'), models.UniqueConstraint(condition=models.Q(('session', None), ('withdrawn_at', None)), fields=('provider', 'first', 'last'), name='nil_return_once_per_period')],
            },
        ),
    ]
