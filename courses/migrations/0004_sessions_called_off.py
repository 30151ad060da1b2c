
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('advocates', '0002_requests_and_units'),
        ('courses', '0003_accreditation'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='session',
            name='cancel_reason',
            field=models.CharField(blank=True, max_length=500, verbose_name='why cancelled'),
        ),
        migrations.AddField(
            model_name='session',
            name='cancelled_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='cancelled'),
        ),
        migrations.AddField(
            model_name='session',
            name='cancelled_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(('cancelled_at', None), models.Q(('state', 'cancelled'), models.Q(('cancel_reason', ''), _negated=True)), _connector='OR'), name='session_cancelled_with_a_reason'),
        ),
    ]
